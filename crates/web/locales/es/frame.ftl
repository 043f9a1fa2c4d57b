# What stands around every page.
date-time = %d/%m/%Y %H:%M:%S
skip = Ir al contenido
menu = Menú
breadcrumbs = Dónde está esta página
bell-unread = { $count ->
    [0] Sin notificaciones nuevas
    [one] { $count } notificación sin leer
   *[other] { $count } notificaciones sin leer
}
language = Idioma
theme = Tema
theme-auto = Como el dispositivo
theme-light = Claro
theme-dark = Oscuro
my-account = Mi cuenta
sign-out = Cerrar sesión
plain-http = Esta página llegó por http sin protección: lo que se escriba aquí puede leerse en el camino. Ponga https delante de este servidor y defina su URL pública.
settings = Configuraciones
menu-automation = Automatización
menu-triggers = Disparadores
menu-webhook-log = Webhook - registro de ejecución
menu-endpoints = Destinos
menu-people = Personas
menu-people-list = Personas
menu-access-profiles = Perfiles de acceso
menu-account = Cuenta
menu-keys = Claves de la API
menu-classification = Clasificación
menu-domain = Dominio
back-to-start = Volver al inicio
request-id = Solicitud { $id }: el registro del servidor dice más sobre ella.
refused-title-not-found = No encontrado
refused-title-forbidden = No permitido
refused-title-invalid = Esto no se puede hacer
refused-title-broken = Algo salió mal
refused-title-busy = No es posible ahora
refused-not-found = No hay nada en esta dirección. Puede haber sido eliminado.
refused-forbidden = Su perfil de acceso no permite esto.
refused-cross-site = Este formulario vino de otro sitio y no se ejecutó.
refused-invalid = Algo en esta solicitud no está bien; no se cambió nada.
refused-broken = Es una falla de este lado; no se cambió nada.
refused-busy = El servidor no puede responder ahora. Intente de nuevo en unos segundos.
save = Guardar
cancel = Cancelar
delete = Eliminar
undo = Deshacer
edit = Editar
yes = Sí
no = No
previous-page = Más recientes
next-page = Más antiguos
nothing-here = Todavía no hay nada.
note-saved = Guardado.
note-deleted = Eliminado.
