# The bell and the notices' page.
notices = Notificações
notices-none = Nenhuma notificação. Se um webhook falhar, o aviso aparece aqui.
notices-help = Uma notificação por destino e interrupção, nunca uma por tentativa. O que foi lido volta a ficar não lido quando mais entregas são dadas como perdidas.
notices-all = Todas as notificações
notices-read-all = Marcar todas como lidas
notices-general = Gatilhos e fila
notice-new = Nova
notice-read = Marcar como lida
notice-read-this = Marcar como lida: { $what }
notice-recovered = Recuperado
notice-since = Desde
notice-last = Último
notice-look = Ver
notice-webhook-failing = Os webhooks para { $url } falham
notice-endpoint-paused = { $url } está pausado: o destino respondeu que não existe mais
notice-trigger-fault = As ações de um gatilho não puderam ser executadas e foram desfeitas
notice-chain-ended = Gatilhos se acionavam uns aos outros sem fim e foram interrompidos
notice-possible-loop = Um gatilho dispara com muita frequência em um ticket: pode ser um laço
notice-backlog-full = Há entregas demais aguardando: as novas são gravadas como falhas até haver espaço
notice-times = { $count ->
    [one] Aconteceu uma vez
   *[other] Aconteceu { $count } vezes
}
notice-gave-up = { $count ->
    [one] { $count } entrega dada como perdida
   *[other] { $count } entregas dadas como perdidas
}
notice-resend = { $count ->
    [one] Reenviar a que falhou…
   *[other] Reenviar todas as { $shown } que falharam…
}
note-notices-read = Todas as notificações foram marcadas como lidas.
note-notice-read = A notificação foi marcada como lida.
