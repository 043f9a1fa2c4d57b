# Signing in and one's own account.
sign-in = Entrar
sign-in-user = Nome de usuário ou e-mail
sign-in-password = Senha
sign-in-help = Esqueceu? Um administrador do seu help desk pode definir uma nova.
sign-in-wrong = Nome de usuário ou senha incorretos.
sign-in-wait = Tentativas demais. Espere { $seconds } s e tente de novo.
