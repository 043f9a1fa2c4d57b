# Signing in and one's own account.
sign-in = Iniciar sesión
sign-in-user = Nombre de usuario o correo
sign-in-password = Contraseña
sign-in-help = ¿La olvidó? Un administrador de su mesa de ayuda puede definir una nueva.
sign-in-wrong = El nombre de usuario o la contraseña no son correctos.
sign-in-wait = Demasiados intentos. Espere { $seconds } s e intente de nuevo.
