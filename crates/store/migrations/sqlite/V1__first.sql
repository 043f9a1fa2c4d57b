-- The first schema. Every row belongs to a domain. Rows of the hot path are keyed by their own time-ordered number,
-- which is unique over all domains, so that SQLite keeps one tree for each of them.

create table domains (
  domain_id bigint not null primary key,
  name text not null unique,
  locale text not null,
  -- Raised by every administrative write and guarded by it.
  config_revision bigint not null,
  -- Statuses, urgencies, categories, services, custom fields: JSON.
  classification text not null,
  -- The hosts under which its people log in: JSON.
  host_names text not null,
  -- Its keys and sessions are refused; its deliveries go on.
  suspended boolean not null,
  created_at_ms bigint not null
) without rowid;

-- One row: which master key seals this database's secrets.
create table instance (
  id bigint not null primary key,
  key_mark text not null
) without rowid;

-- Numbers of nodes; a row without an incarnation is free.
create table nodes (
  number bigint not null primary key,
  incarnation bigint,
  beat bigint not null,
  -- Host and process.
  name text not null,
  -- When this life began, or the last one ended.
  since_ms bigint not null
) without rowid;

create unique index nodes_by_incarnation on nodes (incarnation) where incarnation is not null;

create table access_profiles (
  domain_id bigint not null references domains (domain_id),
  profile_id bigint not null,
  name text not null,
  -- The name with case and accents folded.
  name_folded text not null,
  user_type text not null,
  is_default boolean not null,
  -- Words of the parameters that are on: JSON.
  grants text not null,
  primary key (domain_id, profile_id)
) without rowid;

create unique index access_profiles_by_name on access_profiles (domain_id, name_folded);

create table teams (
  domain_id bigint not null references domains (domain_id),
  team_id bigint not null,
  name text not null,
  name_folded text not null,
  is_active boolean not null,
  -- Names that it had before: JSON.
  former_names text not null,
  primary key (domain_id, team_id)
) without rowid;

create unique index teams_by_name on teams (domain_id, name_folded);

create table persons (
  domain_id bigint not null references domains (domain_id),
  person_id text not null,
  -- Rises with each change and is guarded by it.
  version bigint not null,
  -- What is searched, with case and accents folded.
  name_folded text not null,
  email_folded text not null,
  user_name_folded text,
  person_type bigint not null,
  profile_type bigint not null,
  profile_id bigint not null,
  is_active boolean not null,
  -- The whole record: JSON.
  data text not null,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (domain_id, person_id),
  foreign key (domain_id, profile_id) references access_profiles (domain_id, profile_id)
) without rowid;

create index persons_by_name on persons (domain_id, name_folded, person_id);
create index persons_by_email on persons (domain_id, email_folded, person_id);
create index persons_by_profile on persons (domain_id, profile_id, name_folded, person_id);
create unique index persons_by_user_name on persons (domain_id, user_name_folded) where user_name_folded is not null;

-- Which organizations a person is linked to, in the order of the record.
create table person_links (
  domain_id bigint not null,
  person_id text not null,
  organization_id text not null,
  position bigint not null,
  primary key (domain_id, person_id, organization_id)
) without rowid;

create index person_links_by_organization on person_links (domain_id, organization_id, person_id);

create table team_members (
  domain_id bigint not null,
  team_id bigint not null,
  person_id text not null,
  primary key (domain_id, team_id, person_id),
  foreign key (domain_id, team_id) references teams (domain_id, team_id)
) without rowid;

create index team_members_by_person on team_members (domain_id, person_id, team_id);

create table api_keys (
  domain_id bigint not null references domains (domain_id),
  key_id bigint not null,
  -- SHA-256 of the key in hexadecimal; the key itself is kept nowhere.
  hash text not null unique,
  name text not null,
  person_id text not null,
  -- Narrows what the person may do; none for all of it.
  profile_id bigint,
  -- The key that it replaces.
  rotated_from bigint,
  created_at_ms bigint not null,
  -- Written now and then, never by the request that shows the key.
  last_used_at_ms bigint,
  expires_at_ms bigint,
  primary key (domain_id, key_id)
) without rowid;

-- What people prove who they are with. Apart from the people themselves: few statements see a hash.
create table logins (
  domain_id bigint not null references domains (domain_id),
  person_id text not null,
  -- Argon2id with its parameters and salt.
  password_hash text not null,
  -- Set by somebody else: nothing else is possible before it has been changed.
  must_change boolean not null,
  changed_at_ms bigint not null,
  primary key (domain_id, person_id)
) without rowid;

-- The names by which people log in, folded: user names and e-mail addresses, each for one person of a domain.
create table login_names (
  domain_id bigint not null references domains (domain_id),
  name text not null,
  person_id text not null,
  primary key (domain_id, name)
) without rowid;

create index login_names_by_person on login_names (domain_id, person_id);

create table sessions (
  domain_id bigint not null references domains (domain_id),
  session_id bigint not null,
  -- SHA-256 of the token in hexadecimal; the token itself is kept nowhere.
  hash text not null,
  person_id text not null,
  created_at_ms bigint not null,
  -- The last request, to the minute.
  seen_at_ms bigint not null,
  -- When it ends even if it is used.
  ends_at_ms bigint not null,
  user_agent text not null,
  source text not null,
  primary key (domain_id, session_id)
) without rowid;

create unique index sessions_by_hash on sessions (domain_id, hash);
create index sessions_by_person on sessions (domain_id, person_id, session_id);

create table triggers (
  domain_id bigint not null references domains (domain_id),
  trigger_id bigint not null,
  revision bigint not null,
  position bigint not null,
  name text not null,
  enabled boolean not null,
  draft text not null,
  -- The integration that keeps it; none for one that people keep.
  integration_id bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (domain_id, trigger_id)
) without rowid;

create index triggers_by_position on triggers (domain_id, position, trigger_id);

create table trigger_revisions (
  domain_id bigint not null,
  trigger_id bigint not null,
  revision bigint not null,
  -- The configuration from which it was in force.
  config_revision bigint not null,
  position bigint not null,
  deleted boolean not null,
  draft text not null,
  saved_by text not null,
  saved_at_ms bigint not null,
  primary key (domain_id, trigger_id, revision)
) without rowid;

-- How often each trigger fired since it was made, and when last; added to every few seconds.
create table trigger_firings (
  domain_id bigint not null,
  trigger_id bigint not null,
  fired bigint not null,
  last_fired_at_ms bigint not null,
  primary key (domain_id, trigger_id)
) without rowid;

create table endpoints (
  domain_id bigint not null references domains (domain_id),
  endpoint_id bigint not null,
  url text not null,
  -- Signing secrets, encrypted.
  secret text not null,
  previous_secret text,
  previous_until_ms bigint,
  paused boolean not null,
  pause_reason text not null,
  last_delivered_at_ms bigint,
  created_at_ms bigint not null,
  primary key (domain_id, endpoint_id)
) without rowid;

create unique index endpoints_by_url on endpoints (domain_id, url);

-- Halves of links with other domains.
create table integrations (
  domain_id bigint not null references domains (domain_id),
  integration_id bigint not null,
  name text not null,
  enabled boolean not null,
  -- Where the other half is, what crosses, what names become, the trigger: JSON.
  settings text not null,
  -- What opens this half, what opens the other one, and the key that set it up: encrypted.
  secret text not null,
  peer_secret text not null,
  api_key text,
  created_at_ms bigint not null,
  primary key (domain_id, integration_id)
) without rowid;

-- Tickets and their counterparts. A ticket that is offered and not yet taken has the number 0 over there,
-- one that was parted from its counterpart -1.
create table integration_tickets (
  domain_id bigint not null,
  integration_id bigint not null,
  ticket_number bigint not null,
  remote_number bigint not null,
  -- The counterpart's version up to which all that crosses is here.
  seen_version bigint not null,
  -- The version of the ticket here at which both were linked: what happened to it later is told.
  linked_version bigint not null,
  primary key (domain_id, integration_id, ticket_number)
) without rowid;

create unique index integration_tickets_by_remote on integration_tickets (domain_id, integration_id, remote_number)
  where remote_number > 0;

-- Entries that came into a ticket: each once.
create table integration_actions (
  domain_id bigint not null,
  integration_id bigint not null,
  ticket_number bigint not null,
  remote_number bigint not null,
  remote_action bigint not null,
  action_id bigint not null,
  -- Keys of the files that came with it, as the other side has them: JSON.
  files text not null,
  primary key (domain_id, integration_id, ticket_number, remote_number, remote_action)
) without rowid;

create table tickets (
  domain_id bigint not null,
  number bigint not null,
  version bigint not null,
  -- Its newest change; each change knows the one before it.
  last_change_id bigint not null,
  status text not null,
  base_status text not null,
  urgency text not null,
  -- Reference codes and the team in small letters, as searches compare them.
  owner_id text,
  owner_team text not null,
  created_by_id text,
  -- 1 internal, 2 public.
  visibility bigint not null,
  is_deleted boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  -- The hour of updated_at_ms since 1970: what the index holds, so that it moves once an hour and not at each change.
  updated_hour bigint not null,
  -- The rest of the ticket: JSON.
  data text not null,
  primary key (domain_id, number)
);

-- What searches go along. Those by status and by hour serve a filter on both without a look at the rows.
create index tickets_by_creation on tickets (domain_id, created_at_ms, number);
create index tickets_by_status on tickets
  (domain_id, base_status, status, created_at_ms, number, updated_hour, is_deleted, visibility);
create index tickets_by_hour on tickets (domain_id, updated_hour, status, is_deleted, number, visibility);
-- Hours of 30 days together, for those who want the lowest numbers of a long time.
create index tickets_by_month on tickets
  (domain_id, (updated_hour / 720), number, updated_hour, status, is_deleted, visibility);
create index tickets_by_owner on tickets (domain_id, owner_id, number) where owner_id is not null;
create index tickets_by_team on tickets (domain_id, owner_team, number);
create index tickets_by_creator on tickets (domain_id, created_by_id, number) where created_by_id is not null;

-- Whose tickets are whose, by tag, and by value of a custom field: one row each, in small letters, written only when the
-- set changes.
create table ticket_clients (
  domain_id bigint not null,
  person_id text not null,
  ticket_number bigint not null,
  primary key (domain_id, person_id, ticket_number)
) without rowid;

create table ticket_tags (
  domain_id bigint not null,
  tag text not null,
  ticket_number bigint not null,
  primary key (domain_id, tag, ticket_number)
) without rowid;

create table ticket_custom_values (
  domain_id bigint not null,
  custom_field_id bigint not null,
  -- The beginning of a text, or of an item of a list.
  value text not null,
  ticket_number bigint not null,
  primary key (domain_id, custom_field_id, value, ticket_number)
) without rowid;

-- The last ticket number handed out to a node, where several nodes make tickets.
create table ticket_numbers (
  domain_id bigint not null primary key,
  last bigint not null
) without rowid;

create table ticket_actions (
  domain_id bigint not null,
  ticket_number bigint not null,
  action_id bigint not null,
  created_at_ms bigint not null,
  data text not null,
  primary key (domain_id, ticket_number, action_id)
);

-- Files that belong to tickets. Their bytes are objects of the file store, under domain and key.
create table files (
  domain_id bigint not null references domains (domain_id),
  -- 32 upper-case hexadecimal digits of chance.
  file_key text not null,
  ticket_number bigint not null,
  action_id bigint not null,
  name text not null,
  size_bytes bigint not null,
  -- In hexadecimal.
  sha256 text not null,
  -- As it was sent.
  content_type text not null,
  created_by text not null,
  created_at_ms bigint not null,
  primary key (domain_id, file_key)
) without rowid;

-- A link names a file by its key alone.
create unique index files_by_key on files (file_key);

-- In which status and with whom a ticket stood: a row for each change of either.
create table ticket_histories (
  domain_id bigint not null,
  ticket_number bigint not null,
  -- The ticket's version after the change.
  ticket_version bigint not null,
  -- What the save did, then what each trigger did.
  position bigint not null,
  at_ms bigint not null,
  -- What it stood in from then on, and who changed it: JSON.
  data text not null,
  primary key (domain_id, ticket_number, ticket_version, position)
) without rowid;

create table changes (
  change_id integer not null primary key,
  domain_id bigint not null,
  -- The one before it of the same ticket. An index by ticket would cost each change a page of its own.
  previous_change_id bigint,
  ticket_number bigint not null,
  ticket_version bigint not null,
  at_ms bigint not null,
  -- Actor, cause, before, delta, effects, firings with their reasons: JSON.
  data text not null
);

create table payloads (
  payload_id integer not null primary key,
  domain_id bigint not null,
  truncated boolean not null,
  body text not null
);

create table deliveries (
  delivery_id integer not null primary key,
  domain_id bigint not null,
  endpoint_id bigint not null,
  payload_id bigint not null,
  change_id bigint not null,
  trigger_id bigint not null,
  trigger_revision bigint not null,
  trigger_name text not null,
  ticket_number bigint not null,
  ticket_version bigint not null,
  cause_root bigint not null,
  cause_depth bigint not null,
  -- The integration by which the chain came in, if it did.
  cause_integration bigint,
  -- Comparisons instead of a list: for a list of more than two SQLite builds a table at every row.
  state text not null check (state = 'queued' or state = 'sending' or state = 'retrying' or state = 'delivered'
    or state = 'failed' or state = 'cancelled'),
  -- Rounds: 1, and one more for each resend.
  round bigint not null,
  -- Attempts of the round, the one under way included.
  attempts bigint not null,
  -- Attempts of the round that our own stops cut.
  interrupted bigint not null,
  due_at_ms bigint,
  -- The incarnation that has it.
  lease_owner bigint,
  -- When the newest attempt failed.
  failed_at_ms bigint,
  error text not null,
  status_code bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null
);

-- The queue. Claims and looks name exactly this condition.
create index deliveries_due on deliveries (endpoint_id, due_at_ms, delivery_id)
  where lease_owner is null and state in ('queued', 'retrying');
create index deliveries_leased on deliveries (lease_owner) where lease_owner is not null;
-- The log, newest update first: all, by endpoint, by trigger, by any state but the usual one. What is under way is not
-- in them: it is little, the index of leases knows it, and a delivery sent at once enters them once instead of twice.
create index deliveries_by_update on deliveries (domain_id, updated_at_ms, delivery_id) where state <> 'sending';
create index deliveries_by_endpoint on deliveries (domain_id, endpoint_id, updated_at_ms, delivery_id)
  where state <> 'sending';
create index deliveries_by_trigger on deliveries (domain_id, trigger_id, updated_at_ms, delivery_id)
  where state <> 'sending';
-- By ticket through its changes. Both numbers rise together, so that this index grows at its end.
create index deliveries_by_change on deliveries (change_id);
-- With what it is often asked for together.
create index deliveries_by_state on deliveries
  (domain_id, state, updated_at_ms, delivery_id, trigger_id, endpoint_id)
  where state <> 'sending' and state <> 'delivered';

create table attempts (
  domain_id bigint not null,
  delivery_id bigint not null,
  attempt_id bigint not null,
  round bigint not null,
  number bigint not null,
  started_at_ms bigint not null,
  -- When the verdict fell: the end of the call, or the time for an answer while the call went on.
  verdict_at_ms bigint not null,
  -- None while the call is still open.
  ended_at_ms bigint,
  outcome text not null,
  status_code bigint,
  error text not null,
  response_head text not null,
  response_body text not null,
  response_truncated boolean not null,
  primary key (domain_id, delivery_id, attempt_id)
) without rowid;

create table notices (
  domain_id bigint not null,
  notice_id bigint not null,
  kind text not null,
  -- What it is about, as one text: an open notice of one kind about one subject is one row.
  subject text not null,
  endpoint_id bigint,
  trigger_id bigint,
  ticket_number bigint,
  text text not null,
  count bigint not null,
  gave_up bigint not null,
  -- Rises when it must be read again.
  revision bigint not null,
  opened_at_ms bigint not null,
  updated_at_ms bigint not null,
  recovered_at_ms bigint,
  primary key (domain_id, notice_id)
) without rowid;

create unique index notices_open on notices (domain_id, kind, subject) where recovered_at_ms is null;
create index notices_by_update on notices (domain_id, updated_at_ms, notice_id);

create table notice_reads (
  domain_id bigint not null,
  notice_id bigint not null,
  person_id text not null,
  revision bigint not null,
  primary key (domain_id, notice_id, person_id)
) without rowid;

-- How much each index of a large database narrows, so that SQLite chooses well from the first row on. Nothing else
-- writes statistics: without any, it takes a domain's rows to be as few as a ticket's.
analyze sqlite_schema;
insert into sqlite_stat1 (tbl, idx, stat) values
  ('persons', 'persons', '100000 50000 1'),
  ('persons', 'persons_by_name', '100000 50000 2 1'),
  ('persons', 'persons_by_email', '100000 50000 2 1'),
  ('persons', 'persons_by_profile', '100000 50000 10000 2 1'),
  ('persons', 'persons_by_user_name', '50000 25000 1'),
  ('endpoints', 'endpoints', '1000 500 1'),
  ('endpoints', 'endpoints_by_url', '1000 500 1'),
  ('files', 'files', '1000000 500000 1'),
  ('files', 'files_by_key', '1000000 1'),
  ('tickets', 'sqlite_autoindex_tickets_1', '1000000 500000 1'),
  ('tickets', 'tickets_by_creation', '1000000 500000 2 1'),
  ('tickets', 'tickets_by_status', '1000000 500000 100000 50000 2 1 1 1 1'),
  ('tickets', 'tickets_by_hour', '1000000 500000 100 20 20 1 1'),
  ('tickets', 'tickets_by_month', '1000000 500000 25000 1 1 1 1 1'),
  ('tickets', 'tickets_by_owner', '1000000 500000 10000 1'),
  ('tickets', 'tickets_by_team', '1000000 500000 100000 1'),
  ('tickets', 'tickets_by_creator', '1000000 500000 50 1'),
  ('ticket_clients', 'ticket_clients', '1000000 500000 50 1'),
  ('ticket_tags', 'ticket_tags', '1000000 500000 1000 1'),
  ('ticket_custom_values', 'ticket_custom_values', '1000000 500000 100000 100 1'),
  ('deliveries', 'deliveries_due', '10000 200 2 1'),
  ('deliveries', 'deliveries_leased', '1000 1000'),
  ('deliveries', 'deliveries_by_update', '1000000 500000 2 1'),
  ('deliveries', 'deliveries_by_endpoint', '1000000 500000 10000 2 1'),
  ('deliveries', 'deliveries_by_trigger', '1000000 500000 10000 2 1'),
  ('deliveries', 'deliveries_by_change', '1000000 2'),
  ('deliveries', 'deliveries_by_state', '20000 10000 2000 2 1 1 1');
analyze sqlite_schema;
