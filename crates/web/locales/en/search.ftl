# The search of the top bar, and the page of the domain.
search-everything = Search
search-title = Search
search-help = A ticket's number leads to it. Words find tickets by subject, triggers and people by name, and deliveries by URL.
search-nothing = Nothing was found for { $q }.
search-more-tickets = More in the list of tickets
search-deliveries = Deliveries to
domain-what = This domain
domain-what-help = The server's operator sets the hosts with the command below. Name and language stay as the domain was made.
domain-name = Name
domain-hosts = Hosts
domain-no-hosts = Any host of this server
domain-language = Language of its first names
domain-zone = Time zone
domain-zone-help = Yours: each person has their own.
domain-public-url = Public URL
domain-no-url = Not set
domain-retention = Retention and times
domain-retention-help = These belong to the whole server. Its operator sets them under these names in the configuration file or the environment; a change needs a restart.
domain-keep = Changes, deliveries and their log are kept for
domain-past = A ticket is past after
domain-never = never
domain-session-idle = An unused session ends after
domain-session-end = Any session ends after
domain-counts = How much there is
domain-newest-ticket = Newest ticket
domain-delivered = Deliveries delivered
domain-failed = Deliveries given up
domain-queued = Deliveries waiting
domain-retrying = Deliveries to be tried again
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
