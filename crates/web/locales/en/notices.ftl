# The bell and the notices' page.
notices = Notices
notices-none = No notices. If a webhook fails, it is told here.
notices-help = One notice for each receiver and outage, never one for each attempt. What was read is unread again when more deliveries are given up.
notices-all = All notices
notices-read-all = Mark all as read
notices-general = Triggers and the queue
notice-new = New
notice-read = Mark as read
notice-read-this = Mark as read: { $what }
notice-recovered = Recovered
notice-since = Since
notice-last = Last
notice-look = Look at it
notice-webhook-failing = Webhooks to { $url } fail
notice-endpoint-paused = { $url } is paused: the receiver said that it is gone for good
notice-trigger-fault = The actions of a trigger could not be carried out and were undone
notice-chain-ended = Triggers followed from each other without end and were stopped
notice-possible-loop = A trigger fires very often on one ticket: possibly a loop
notice-backlog-full = Too many deliveries wait: new ones are written as failed until there is room
notice-times = { $count ->
    [one] Happened once
   *[other] Happened { $count } times
}
notice-gave-up = { $count ->
    [one] { $count } delivery gave up
   *[other] { $count } deliveries gave up
}
notice-resend = { $count ->
    [one] Resend the one that failed…
   *[other] Resend all { $shown } failed…
}
note-notices-read = All notices are marked as read.
note-notice-read = The notice is marked as read.
