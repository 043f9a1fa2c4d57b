# The search of the top bar, and the page of the domain.
search-everything = Buscar
search-title = Búsqueda
search-help = El número de un ticket lleva a él. Las palabras encuentran tickets por asunto, disparadores y personas por nombre, y entregas por URL.
search-nothing = No se encontró nada para { $q }.
search-more-tickets = Más en la lista de tickets
search-deliveries = Entregas a
domain-what = Este dominio
domain-what-help = El operador del servidor define los hosts con el comando de abajo. El nombre y el idioma quedan como se creó el dominio.
domain-name = Nombre
domain-hosts = Hosts
domain-no-hosts = Cualquier host de este servidor
domain-language = Idioma de los primeros nombres
domain-zone = Zona horaria
domain-zone-help = La suya: cada persona tiene la propia.
domain-public-url = URL pública
domain-no-url = No definida
domain-retention = Retención y plazos
domain-retention-help = Valen para todo el servidor. Su operador los define con estos nombres en el archivo de configuración o en el entorno; un cambio requiere reinicio.
domain-keep = Los cambios, las entregas y su registro se conservan por
domain-past = Un ticket se considera pasado después de
domain-never = nunca
domain-session-idle = Una sesión sin uso termina después de
domain-session-end = Toda sesión termina después de
domain-counts = Cuánto hay
domain-newest-ticket = Ticket más reciente
domain-delivered = Entregas completadas
domain-failed = Entregas abandonadas
domain-queued = Entregas en espera
domain-retrying = Entregas por reintentar
span-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
span-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
span-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
span-seconds = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
