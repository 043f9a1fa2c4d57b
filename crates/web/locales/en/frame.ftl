# What stands around every page.
date-time = %Y-%m-%d %H:%M:%S
skip = Skip to the content
menu = Menu
breadcrumbs = Where this page stands
bell-unread = { $count ->
    [0] No new notices
    [one] { $count } unread notice
   *[other] { $count } unread notices
}
language = Language
theme = Theme
theme-auto = Like the device
theme-light = Light
theme-dark = Dark
my-account = My account
sign-out = Sign out
plain-http = This page came over plain http: what is typed here can be read on the way. Put https in front of this server and set its public URL.
settings = Settings
menu-automation = Automation
menu-triggers = Triggers
menu-webhook-log = Webhook - execution log
menu-endpoints = Endpoints
menu-people = People
menu-people-list = People
menu-access-profiles = Access profiles
menu-account = Account
menu-keys = API keys
menu-classification = Classification
menu-domain = Domain
back-to-start = Back to the start
request-id = Request { $id }: the server's log tells more under it.
refused-title-not-found = Not found
refused-title-forbidden = Not allowed
refused-title-invalid = This cannot be done
refused-title-broken = Something went wrong
refused-title-busy = Not possible now
refused-not-found = There is nothing at this address. It may have been deleted.
refused-forbidden = Your access profile does not allow this.
refused-cross-site = This form came from another site and was not carried out.
refused-invalid = Something in this request is not right; nothing was changed.
refused-broken = That is a fault on this side; nothing was changed.
refused-busy = The server cannot answer just now. Try again in a few seconds.
save = Save
cancel = Cancel
delete = Delete
undo = Undo
edit = Edit
yes = Yes
no = No
previous-page = Newer
next-page = Older
nothing-here = Nothing here yet.
note-saved = Saved.
note-deleted = Deleted.
