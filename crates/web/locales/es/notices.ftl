# The bell and the notices' page.
notices = Notificaciones
notices-none = Sin notificaciones. Si un webhook falla, se avisa aquí.
notices-help = Una notificación por destino e interrupción, nunca una por intento. Lo leído vuelve a quedar sin leer cuando se dan por perdidas más entregas.
notices-all = Todas las notificaciones
notices-read-all = Marcar todas como leídas
notices-general = Disparadores y cola
notice-new = Nueva
notice-read = Marcar como leída
notice-read-this = Marcar como leída: { $what }
notice-recovered = Recuperado
notice-since = Desde
notice-last = Último
notice-look = Ver
notice-webhook-failing = Los webhooks a { $url } fallan
notice-endpoint-paused = { $url } está en pausa: el destino respondió que ya no existe
notice-trigger-fault = Las acciones de un disparador no pudieron ejecutarse y se deshicieron
notice-chain-ended = Unos disparadores se activaban entre sí sin fin y fueron detenidos
notice-possible-loop = Un disparador se activa muy a menudo en un ticket: puede ser un bucle
notice-backlog-full = Hay demasiadas entregas en espera: las nuevas se guardan como fallidas hasta que haya lugar
notice-times = { $count ->
    [one] Sucedió una vez
   *[other] Sucedió { $count } veces
}
notice-gave-up = { $count ->
    [one] { $count } entrega dada por perdida
   *[other] { $count } entregas dadas por perdidas
}
notice-resend = { $count ->
    [one] Reenviar la que falló…
   *[other] Reenviar las { $shown } que fallaron…
}
note-notices-read = Todas las notificaciones se marcaron como leídas.
note-notice-read = La notificación se marcó como leída.
