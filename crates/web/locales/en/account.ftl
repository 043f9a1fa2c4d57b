# Signing in and one's own account.
sign-in = Sign in
sign-in-user = User name or e-mail
sign-in-password = Password
sign-in-help = Forgotten it? An administrator of your help desk can set a new one.
sign-in-wrong = User name or password is not right.
sign-in-wait = Too many tries. Wait { $seconds } s, then try again.
