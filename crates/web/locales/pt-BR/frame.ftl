# What stands around every page.
date-time = %d/%m/%Y %H:%M:%S
skip = Ir para o conteúdo
menu = Menu
breadcrumbs = Onde esta página fica
bell-unread = { $count ->
    [0] Nenhuma notificação nova
    [one] { $count } notificação não lida
   *[other] { $count } notificações não lidas
}
language = Idioma
theme = Tema
theme-auto = Como o dispositivo
theme-light = Claro
theme-dark = Escuro
my-account = Minha conta
sign-out = Sair
plain-http = Esta página veio por http sem proteção: o que for digitado aqui pode ser lido no caminho. Coloque https na frente deste servidor e defina a URL pública.
settings = Configurações
menu-automation = Automação
menu-triggers = Gatilhos
menu-webhook-log = Webhook - log de execução
menu-endpoints = Destinos
menu-people = Pessoas
menu-people-list = Pessoas
menu-access-profiles = Perfis de acesso
menu-account = Conta
menu-keys = Chaves da API
menu-classification = Classificação
menu-domain = Domínio
back-to-start = Voltar ao início
request-id = Requisição { $id }: o log do servidor diz mais sobre ela.
refused-title-not-found = Não encontrado
refused-title-forbidden = Não permitido
refused-title-invalid = Isto não pode ser feito
refused-title-broken = Algo deu errado
refused-title-busy = Impossível no momento
refused-not-found = Não há nada neste endereço. Pode ter sido excluído.
refused-forbidden = Seu perfil de acesso não permite isto.
refused-cross-site = Este formulário veio de outro site e não foi executado.
refused-invalid = Algo nesta requisição não está certo; nada foi alterado.
refused-broken = É uma falha deste lado; nada foi alterado.
refused-busy = O servidor não pode responder agora. Tente de novo em alguns segundos.
save = Salvar
cancel = Cancelar
delete = Excluir
undo = Desfazer
edit = Editar
yes = Sim
no = Não
previous-page = Mais recentes
next-page = Mais antigos
nothing-here = Nada aqui ainda.
note-saved = Salvo.
note-deleted = Excluído.
