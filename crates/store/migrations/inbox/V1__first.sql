-- The inbox of `gatilho receive`: a database of its own, in one file. Not here: anything of a help desk.

-- A received request and how far its program has come with it. Rising numbers are never given twice: they are the
-- order of arrival.
create table requests (
    request_id integer not null primary key autoincrement,
    -- What the sender calls it, if it calls it anything, and how often a person sent it again.
    webhook_id text,
    resend bigint not null,
    -- Requests of one ticket are run one after the other.
    ticket text,
    path text not null,
    query text not null,
    headers text not null,
    body text not null,
    -- Of the body, while repeats are marked.
    digest text,
    repeat boolean not null,
    -- waiting, running, done, dead, dropped
    state text not null,
    -- While it waits: whether nothing of its ticket stands before it.
    turn boolean not null,
    attempts bigint not null,
    due_at_ms bigint not null,
    -- How its last run ended, and the tail of what it wrote to standard error.
    error text not null,
    output text not null,
    received_at_ms bigint not null,
    -- When it last changed since then.
    changed_at_ms bigint
);

-- A sender waits while a request enters its indexes: the first three. The others are entered once its program has had it.
create unique index requests_by_webhook on requests (webhook_id, resend) where webhook_id is not null;
create index requests_due on requests (turn, due_at_ms, request_id) where state = 'waiting';
create index requests_open on requests (ticket, request_id) where state in ('waiting', 'running');
create index requests_by_digest on requests (digest, received_at_ms) where digest is not null;
create index requests_closed on requests (ticket, request_id) where state <> 'waiting' and state <> 'running';
create index requests_by_state on requests (state, request_id) where state <> 'waiting';
create index requests_past on requests (state, changed_at_ms) where state = 'done' or state = 'dropped';
create index requests_by_change on requests (changed_at_ms, request_id) where changed_at_ms is not null;
