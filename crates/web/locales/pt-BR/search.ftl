# The search of the top bar, and the page of the domain.
search-everything = Pesquisar
search-title = Pesquisa
search-help = O número de um ticket leva a ele. Palavras encontram tickets pelo assunto, gatilhos e pessoas pelo nome, e entregas pela URL.
search-nothing = Nada foi encontrado para { $q }.
search-more-tickets = Mais na lista de tickets
search-deliveries = Entregas para
domain-what = Este domínio
domain-what-help = O operador do servidor define os hosts com o comando abaixo. Nome e idioma ficam como o domínio foi criado.
domain-name = Nome
domain-hosts = Hosts
domain-no-hosts = Qualquer host deste servidor
domain-language = Idioma dos primeiros nomes
domain-zone = Fuso horário
domain-zone-help = O seu: cada pessoa tem o próprio.
domain-public-url = URL pública
domain-no-url = Não definida
domain-retention = Retenção e prazos
domain-retention-help = Valem para o servidor inteiro. O operador os define com estes nomes no arquivo de configuração ou no ambiente; uma alteração requer reinício.
domain-keep = Alterações, entregas e seu log são mantidos por
domain-past = Um ticket é passado após
domain-never = nunca
domain-session-idle = Uma sessão sem uso termina após
domain-session-end = Qualquer sessão termina após
domain-counts = Quanto existe
domain-newest-ticket = Ticket mais recente
domain-delivered = Entregas concluídas
domain-failed = Entregas abandonadas
domain-queued = Entregas em espera
domain-retrying = Entregas a tentar de novo
span-days = { $count ->
    [one] { $count } dia
   *[other] { $count } dias
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
