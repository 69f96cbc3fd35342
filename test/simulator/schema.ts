/**
 * Tables of the object. What was accepted (`messages`, `bodies`) is the record tests compare with and is only ever
 * added to; `webhooks` and `posts` are work that shrinks as it is done.
 */
export const SCHEMA = `
create table if not exists settings (name text primary key, value text not null) without rowid;
create table if not exists wabas (id text primary key, data text not null) without rowid;
create table if not exists phones (id text primary key, data text not null) without rowid;
create table if not exists templates (id text primary key, data text not null) without rowid;
create table if not exists media (id text primary key, data text not null) without rowid;

create table if not exists messages (
  seq integer primary key,
  at_ms integer not null,
  phone_id text not null,
  recipient text not null,
  person text not null,
  wa_id text,
  wamid text not null,
  callback_data text,
  campaign text,
  template text,
  language text,
  category text not null,
  outcome text not null,
  error_code integer,
  sent_ms integer,
  delivered_ms integer,
  read_ms integer,
  failed_ms integer,
  reply_ms integer
);
create table if not exists bodies (seq integer primary key, body text not null, plan text not null);
create table if not exists refusals (
  seq integer primary key,
  at_ms integer not null,
  phone_id text not null,
  recipient text,
  callback_data text,
  template text,
  code integer not null,
  details text
);
create table if not exists totals (
  phone_id text not null, name text not null, count integer not null, primary key (phone_id, name)
) without rowid;

-- When a person last wrote to a number: it opens 24 hours in which texts may go without a template.
create table if not exists windows (
  phone_id text not null, person text not null, at_ms integer not null, primary key (phone_id, person)
) without rowid;

-- One row per update still to be told; seq is null for those that are about no message.
create table if not exists webhooks (
  due_ms integer not null,
  id integer not null,
  seq integer,
  kind text not null,
  detail text not null,
  primary key (due_ms, id)
) without rowid;

-- Bodies on their way: formed once, then tried until answered 200. refs is [[seq, kind], …].
create table if not exists posts (
  id integer primary key,
  body text not null,
  refs text not null,
  attempts integer not null,
  next_ms integer not null
);
create index if not exists posts_next on posts (next_ms);
`;
