-- Read from the catalogs of a database with all migrations (npm run schema). For reading: never applied.

-- Roles

create role mclub_app nologin;

-- Schemas

create schema public;
grant usage on schema public to mclub_app;
grant usage on schema public to public;

-- Functions

CREATE OR REPLACE FUNCTION public.erase_member(member uuid, by_operation uuid, at timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  theirs uuid[];
  members uuid[];
  hashes uuid[];
  led uuid[];
  numbers uuid[] := '{}';
  ended integer;
  one uuid;
  by_chance uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM wallets WHERE member_id = member AND erasure IS NOT NULL) THEN
    RAISE EXCEPTION 'nobody has asked that this member be erased' USING ERRCODE = 'restrict_violation';
  END IF;
  PERFORM set_config('mclub.erasing', 'on', true);
  SELECT array_agg(member_id) INTO members FROM wallets WHERE member_id = member OR survivor_id = member;
  SELECT coalesce(array_agg(profile_id), '{}') INTO theirs FROM profiles WHERE member_id = member;
  SELECT coalesce(array_agg(DISTINCT (b->>'key')::uuid), '{}') INTO hashes
    FROM profiles p, json_array_elements(p.identifiers) b WHERE p.member_id = member;
  SELECT coalesce(array_agg(i.identifier_key), '{}') INTO led FROM identifiers i WHERE i.identifier_key = ANY (hashes) AND i.member_id = member;
  INSERT INTO identifier_history (identifier_key, ordinal, event, profile_id, verified, operation_id, since)
    SELECT i.identifier_key, (SELECT max(h.ordinal) + 1 FROM identifier_history h WHERE h.identifier_key = i.identifier_key),
      'ended', i.profile_id, i.verified, by_operation, at
    FROM identifiers i WHERE i.identifier_key = ANY (hashes) AND i.member_id = member;
  GET DIAGNOSTICS ended = ROW_COUNT;
  DELETE FROM identifiers WHERE identifier_key = ANY (hashes) AND member_id = member;
  FOREACH one IN ARRAY hashes LOOP
    numbers := numbers || forget_identifier(one, one = ANY (led), theirs, members);
  END LOOP;
  INSERT INTO profile_consents (bucket, profile_id, ordinal, purpose, given, operation_id, since)
    SELECT p.bucket, p.profile_id, (SELECT max(c.ordinal) FROM profile_consents c WHERE c.bucket = p.bucket AND c.profile_id = p.profile_id)
        + row_number() OVER (PARTITION BY p.profile_id ORDER BY g.key), g.key, false, by_operation, at
    FROM profiles p, json_each_text(p.consents) g WHERE p.member_id = member AND g.value = 'true';
  UPDATE profiles p SET external_id = '', person = '', identifier_values = '',
      consents = (SELECT coalesce(json_object_agg(g.key, false), '{}') FROM json_each_text(p.consents) g),
      identifiers = (SELECT coalesce(json_agg(
          CASE WHEN EXISTS (SELECT FROM identifier_history h WHERE h.identifier_key = m.chance AND h.profile_id = p.profile_id)
            THEN json_build_object('kind', b->>'kind', 'verified', (b->>'verified')::boolean, 'key', replace(m.chance::text, '-', ''), 'ended', true)
            ELSE json_build_object('kind', b->>'kind', 'verified', (b->>'verified')::boolean, 'key', replace(m.chance::text, '-', '')) END
          ORDER BY place), '[]')
        FROM json_array_elements(p.identifiers) WITH ORDINALITY e(b, place) JOIN unnest(hashes, numbers) m(hash, chance) ON m.hash = (b->>'key')::uuid)
    WHERE p.member_id = member;
  -- Whoever registers under the same number at the brand is somebody new.
  FOREACH one IN ARRAY theirs LOOP
    by_chance := gen_random_uuid();
    UPDATE command_keys k SET key = by_chance FROM profiles p WHERE p.member_id = member AND p.profile_id = one AND k.key = p.profile_key;
    UPDATE profiles SET profile_key = by_chance WHERE member_id = member AND profile_id = one;
  END LOOP;
  PERFORM set_config('mclub.erasing', '', true);
  RETURN ended;
END
$function$;
grant execute on function erase_member(uuid,uuid,timestamp with time zone) to mclub_app;

CREATE OR REPLACE FUNCTION public.forget_identifier(hash uuid, is_led boolean, theirs uuid[], members uuid[])
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  by_chance uuid := gen_random_uuid();
  theirs_alone boolean := NOT EXISTS (SELECT FROM identifier_history WHERE identifier_key = hash AND profile_id <> ALL (theirs));
  all_of_it boolean := is_led AND theirs_alone;
  one uuid;
BEGIN
  UPDATE customer_links SET identifier_key = by_chance
    WHERE identifier_key = hash AND (is_led OR theirs_alone OR member_id = ANY (members) OR other_id = ANY (members) OR was_theirs(hash, started_at, theirs));
  IF NOT EXISTS (SELECT FROM identifier_history WHERE identifier_key = hash AND profile_id = ANY (theirs)) THEN RETURN by_chance; END IF;
  UPDATE operations o SET subject_hash = by_chance
    FROM purchases p LEFT JOIN orders d ON d.bucket = ((((get_byte(uuid_send(p.order_id), 8) << 8) | get_byte(uuid_send(p.order_id), 9)) >> 4) & 1023)::smallint AND d.order_id = p.order_id
    WHERE o.subject_hash = hash AND p.bucket = o.bucket AND p.purchase_id = o.operation_id
      AND (all_of_it OR p.profile_id = ANY (theirs) OR p.awaits = hash AND was_theirs(hash, coalesce(d.placed_at, latest_by_till(p.occurred_at)), theirs));
  UPDATE operations o SET subject_hash = by_chance FROM orders d
    WHERE o.subject_hash = hash AND d.bucket = o.bucket AND d.order_id = o.operation_id
      AND (all_of_it OR d.profile_id = ANY (theirs) OR d.awaits = hash AND was_theirs(hash, d.placed_at, theirs));
  UPDATE purchases p SET awaits = by_chance
    FROM purchases q LEFT JOIN orders d ON d.bucket = ((((get_byte(uuid_send(q.order_id), 8) << 8) | get_byte(uuid_send(q.order_id), 9)) >> 4) & 1023)::smallint AND d.order_id = q.order_id
    WHERE p.awaits = hash AND q.bucket = p.bucket AND q.purchase_id = p.purchase_id
      AND (all_of_it OR was_theirs(hash, coalesce(d.placed_at, latest_by_till(q.occurred_at)), theirs));
  UPDATE orders SET awaits = by_chance WHERE awaits = hash AND (all_of_it OR was_theirs(hash, placed_at, theirs));
  UPDATE identifier_history SET identifier_key = by_chance WHERE identifier_key = hash AND profile_id = ANY (theirs);
  IF theirs_alone THEN RETURN by_chance; END IF;
  -- Both parts of its history are numbered from one; in two steps, since no number may stand twice.
  FOREACH one IN ARRAY ARRAY[hash, by_chance] LOOP
    UPDATE identifier_history h SET ordinal = -n.place FROM (
        SELECT ordinal, row_number() OVER (ORDER BY ordinal) AS place FROM identifier_history WHERE identifier_key = one) n
      WHERE h.identifier_key = one AND h.ordinal = n.ordinal;
    UPDATE identifier_history SET ordinal = -ordinal WHERE identifier_key = one;
  END LOOP;
  -- Where it leads to somebody, its key is of whoever has begun it by what is left; else the key is given back.
  UPDATE command_keys k SET operation_id = b.operation_id, bucket = o.bucket
    FROM (SELECT h.operation_id, h.profile_id FROM (
        SELECT x.*, lag(x.operation_id) OVER (ORDER BY x.ordinal) AS operation_before FROM identifier_history x WHERE x.identifier_key = hash) h
      WHERE h.event = 'begun' AND h.operation_before IS DISTINCT FROM h.operation_id ORDER BY h.ordinal DESC LIMIT 1) b
    JOIN operations o ON o.bucket = ((((get_byte(uuid_send(b.operation_id), 8) << 8) | get_byte(uuid_send(b.operation_id), 9)) >> 4) & 1023)::smallint
      AND o.operation_id = b.operation_id
    WHERE k.key = hash AND k.operation_id <> b.operation_id AND EXISTS (SELECT FROM identifiers WHERE identifier_key = hash);
  RETURN by_chance;
END
$function$;

CREATE OR REPLACE FUNCTION public.keep_all_but_hashes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
    RAISE EXCEPTION 'of rows of % only hashes are taken away', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$function$;
grant execute on function keep_all_but_hashes() to public;

CREATE OR REPLACE FUNCTION public.keep_settlements()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.status = 'draft' AND NEW.status <> 'paid'
      AND to_jsonb(NEW) - ARRAY['status', 'one_agreed_by', 'one_staff_id', 'other_agreed_by', 'other_staff_id', 'dropped_by']
        = to_jsonb(OLD) - ARRAY['status', 'one_agreed_by', 'one_staff_id', 'other_agreed_by', 'other_staff_id', 'dropped_by']
    OR OLD.status = 'agreed' AND NEW.status = 'paid'
      AND to_jsonb(NEW) - ARRAY['status', 'paid_by', 'paid_on'] = to_jsonb(OLD) - ARRAY['status', 'paid_by', 'paid_on']) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'settlement % is % and stays as it is', OLD.number, OLD.status USING ERRCODE = 'restrict_violation';
END
$function$;
grant execute on function keep_settlements() to public;

CREATE OR REPLACE FUNCTION public.keys_in_the_making(keys uuid[], commands integer[])
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET lock_timeout TO '1ms'
AS $function$
DECLARE
  waits_for int := 0;
BEGIN
  FOR i IN 1 .. coalesce(array_length(keys, 1), 0) LOOP
    CONTINUE WHEN commands[i] = waits_for;
    BEGIN
      INSERT INTO command_keys (key, bucket, operation_id) VALUES (keys[i], 0, keys[i]) ON CONFLICT (key) DO NOTHING;
    EXCEPTION WHEN lock_not_available THEN
      waits_for := commands[i];
      RETURN NEXT keys[i];
    END;
  END LOOP;
END
$function$;
grant execute on function keys_in_the_making(uuid[],integer[]) to mclub_app;

CREATE OR REPLACE FUNCTION public.latest_by_till(at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT at + interval '1 minute' * coalesce(
    (SELECT (rules->'receipts'->>'earlyMinutes')::int FROM policies WHERE effective_from <= at ORDER BY effective_from DESC, version DESC LIMIT 1),
    (SELECT (rules->'receipts'->>'earlyMinutes')::int FROM policies ORDER BY effective_from, version LIMIT 1))
$function$;

CREATE OR REPLACE FUNCTION public.refuse_closed_categories()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  followed bigint := coalesce((SELECT position FROM followers WHERE name = 'categories'), 0);
  opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1);
BEGIN
  IF opened IS NOT NULL THEN
    opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed));
    IF TG_OP <> 'INSERT' AND OLD.day < opened OR TG_OP <> 'DELETE' AND NEW.day < opened THEN
      RAISE EXCEPTION 'the books are closed before %', opened USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN coalesce(NEW, OLD);
END
$function$;
grant execute on function refuse_closed_categories() to public;

CREATE OR REPLACE FUNCTION public.refuse_closed_days()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  followed bigint := coalesce((SELECT position FROM followers WHERE name = 'turnovers'), 0);
  opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1);
BEGIN
  IF opened IS NOT NULL THEN
    opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed));
    IF TG_OP <> 'INSERT' AND OLD.day < opened OR TG_OP <> 'DELETE' AND NEW.day < opened THEN
      RAISE EXCEPTION 'the books are closed before %', opened USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN coalesce(NEW, OLD);
END
$function$;
grant execute on function refuse_closed_days() to public;

CREATE OR REPLACE FUNCTION public.refuse_closed_figures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  followed bigint := coalesce((SELECT position FROM followers WHERE name = 'measures'), 0);
  opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1);
BEGIN
  IF opened IS NOT NULL THEN
    opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed));
    IF TG_OP <> 'INSERT' AND OLD.day < opened OR TG_OP <> 'DELETE' AND NEW.day < opened THEN
      RAISE EXCEPTION 'the books are closed before %', opened USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN coalesce(NEW, OLD);
END
$function$;
grant execute on function refuse_closed_figures() to public;

CREATE OR REPLACE FUNCTION public.refuse_early_removal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.at > now() - interval '1 year' THEN
    RAISE EXCEPTION 'rows of % are kept for a year', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END
$function$;
grant execute on function refuse_early_removal() to public;

CREATE OR REPLACE FUNCTION public.refuse_rewrite()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$function$;
grant execute on function refuse_rewrite() to public;

CREATE OR REPLACE FUNCTION public.refuse_rewrite_unless_erasing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('mclub.erasing', true) = 'on' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$function$;
grant execute on function refuse_rewrite_unless_erasing() to public;

CREATE OR REPLACE FUNCTION public.was_theirs(hash uuid, at timestamp with time zone, theirs uuid[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT coalesce((SELECT h.profile_id = ANY (theirs) FROM identifier_history h
    WHERE h.identifier_key = hash AND h.event = 'ended' AND h.since > at ORDER BY h.ordinal LIMIT 1), false)
$function$;

-- Tables

create table accesses (
  bucket smallint not null,
  access_id uuid not null,
  at timestamp(3) with time zone not null,
  name text not null,
  profile_id uuid,
  member_id uuid,
  brand text,
  client_id uuid not null,
  staff_id text,
  store_id text,
  terminal_id text,
  request_id text not null,
  constraint accesses_bucket_access_id_pk PRIMARY KEY (bucket, access_id),
  constraint access_of_profile CHECK ((profile_id IS NULL) = (member_id IS NULL) AND (profile_id IS NULL) = (brand IS NULL))
);
CREATE INDEX accesses_of_client ON public.accesses USING btree (client_id, at, access_id);
CREATE INDEX accesses_of_profile ON public.accesses USING btree (profile_id, at, access_id) WHERE (profile_id IS NOT NULL);
CREATE INDEX accesses_of_staff ON public.accesses USING btree (staff_id, at, access_id) WHERE (staff_id IS NOT NULL);
CREATE TRIGGER accesses_are_kept BEFORE DELETE ON accesses FOR EACH ROW EXECUTE FUNCTION refuse_early_removal();
CREATE TRIGGER accesses_are_never_changed BEFORE UPDATE OR TRUNCATE ON accesses FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table accesses to mclub_app;

create table adjustments (
  bucket smallint not null,
  adjustment_id uuid not null,
  member_id uuid not null,
  profile_id uuid,
  brand text not null,
  direction text not null,
  amount bigint not null,
  reason text not null,
  category text not null,
  incident text,
  comment text not null,
  reverses uuid,
  staff_id text not null,
  requested_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone,
  applied_by uuid,
  applied_to uuid,
  applied_at timestamp(3) with time zone,
  parts json not null,
  debt bigint not null,
  rejected_by uuid,
  reversed_by uuid,
  break_id uuid,
  constraint adjustments_bucket_adjustment_id_pk PRIMARY KEY (bucket, adjustment_id),
  constraint adjustment_applied_whole CHECK (num_nulls(applied_by, applied_to, applied_at) = ANY (ARRAY[0, 3])),
  constraint adjustment_direction CHECK (direction = ANY (ARRAY['credit'::text, 'debit'::text])),
  constraint adjustment_ends_once CHECK (applied_by IS NULL OR rejected_by IS NULL),
  constraint adjustment_moves_something CHECK (amount > 0 AND debt >= 0 AND debt <= amount),
  constraint adjustment_reversed_when_applied CHECK (reversed_by IS NULL OR applied_by IS NOT NULL)
);
CREATE INDEX adjustments_applied ON public.adjustments USING btree (applied_by) WHERE (applied_by IS NOT NULL);
CREATE INDEX adjustments_by_day ON public.adjustments USING btree (applied_at) WHERE (applied_by IS NOT NULL);
CREATE UNIQUE INDEX adjustments_correct_a_break_once ON public.adjustments USING btree (break_id) WHERE ((break_id IS NOT NULL) AND (applied_by IS NOT NULL));
CREATE INDEX adjustments_in_order ON public.adjustments USING btree (adjustment_id);
CREATE INDEX adjustments_of_incident ON public.adjustments USING btree (incident, adjustment_id) WHERE (incident IS NOT NULL);
CREATE INDEX adjustments_of_member ON public.adjustments USING btree (member_id, adjustment_id);
CREATE INDEX adjustments_waiting ON public.adjustments USING btree (adjustment_id) WHERE ((applied_by IS NULL) AND (rejected_by IS NULL));
grant insert, select on table adjustments to mclub_app;
grant update (applied_by) on table adjustments to mclub_app;
grant update (applied_to) on table adjustments to mclub_app;
grant update (applied_at) on table adjustments to mclub_app;
grant update (parts) on table adjustments to mclub_app;
grant update (debt) on table adjustments to mclub_app;
grant update (rejected_by) on table adjustments to mclub_app;
grant update (reversed_by) on table adjustments to mclub_app;

create table book_changes (
  number integer not null,
  "position" bigint not null,
  operation_id uuid not null,
  asked_by uuid not null,
  action text not null,
  month text not null,
  open_from date not null,
  constraint book_changes_pkey PRIMARY KEY (number),
  constraint book_changes_position_unique UNIQUE ("position"),
  constraint book_change_action CHECK (action = ANY (ARRAY['close'::text, 'reopen'::text]))
);
CREATE TRIGGER book_changes_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON book_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table book_changes to mclub_app;

create table books (
  name text not null,
  open_from date,
  changes integer not null,
  waiting_action text,
  waiting_month text,
  waiting_staff_id text,
  waiting_since timestamp(3) with time zone,
  waiting_operation_id uuid,
  settled_before date,
  constraint books_pkey PRIMARY KEY (name),
  constraint books_are_one CHECK (name = 'books'::text),
  constraint books_wait_for_all_or_nothing CHECK (num_nulls(waiting_action, waiting_month, waiting_staff_id, waiting_since, waiting_operation_id) = ANY (ARRAY[0, 5]))
);
grant insert, select, update on table books to mclub_app;

create table brand_names (
  brand text not null,
  operation_id uuid not null,
  since timestamp(3) with time zone not null,
  name text not null,
  legal_entity text not null,
  inn text,
  kpp text,
  city text,
  constraint brand_names_brand_operation_id_pk PRIMARY KEY (brand, operation_id)
);
CREATE TRIGGER brand_names_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON brand_names FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table brand_names to mclub_app;

create table brands (
  brand text not null,
  name text not null,
  legal_entity text not null,
  inn text,
  kpp text,
  city text,
  constraint brands_pkey PRIMARY KEY (brand)
);
grant insert, select, update on table brands to mclub_app;

create table break_changes (
  break_id uuid not null,
  number integer not null,
  action text not null,
  operation_id uuid not null,
  constraint break_changes_break_id_number_pk PRIMARY KEY (break_id, number),
  constraint break_action CHECK (action = ANY (ARRAY['assign'::text, 'comment'::text, 'resolve'::text, 'correct'::text, 'approve'::text, 'reject'::text]))
);
CREATE TRIGGER break_changes_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON break_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table break_changes to mclub_app;

create table break_rules (
  rule_id uuid not null,
  break_id uuid not null,
  brand text not null,
  kind text not null,
  system text,
  store_id text,
  days integer,
  amount bigint,
  learnt_at timestamp(3) with time zone not null,
  constraint break_rules_pkey PRIMARY KEY (rule_id)
);
CREATE INDEX break_rules_of_brand ON public.break_rules USING btree (brand, rule_id);
CREATE TRIGGER break_rules_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON break_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table break_rules to mclub_app;

create table cannot_links (
  one_id uuid not null,
  other_id uuid not null,
  operation_id uuid not null,
  reason text not null,
  created_at timestamp(3) with time zone not null,
  constraint cannot_links_one_id_other_id_pk PRIMARY KEY (one_id, other_id)
);
CREATE INDEX cannot_links_other ON public.cannot_links USING btree (other_id);
CREATE TRIGGER cannot_links_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON cannot_links FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table cannot_links to mclub_app;

create table category_turnovers (
  entity text not null,
  day date not null,
  event text not null,
  store_id text not null,
  category text not null,
  amount bigint not null,
  constraint category_turnovers_entity_day_event_store_id_category_pk PRIMARY KEY (entity, day, event, store_id, category),
  constraint category_turnover_not_below_zero CHECK (amount >= 0)
);
CREATE TRIGGER categories_of_closed_days_stay BEFORE INSERT OR DELETE OR UPDATE ON category_turnovers FOR EACH ROW EXECUTE FUNCTION refuse_closed_categories();
grant delete, insert, select, update on table category_turnovers to mclub_app;

create table client_keys (
  key_hash text not null,
  client_id uuid not null,
  created_at timestamp(3) with time zone not null,
  revoked_at timestamp(3) with time zone,
  constraint client_keys_pkey PRIMARY KEY (key_hash),
  constraint client_keys_client_id_clients_client_id_fk FOREIGN KEY (client_id) REFERENCES clients(client_id)
);
CREATE INDEX client_keys_of_client ON public.client_keys USING btree (client_id);
grant insert, select, update on table client_keys to mclub_app;

create table clients (
  client_id uuid not null,
  name text not null,
  scopes json not null,
  brand text,
  created_at timestamp(3) with time zone not null,
  revoked_at timestamp(3) with time zone,
  constraint clients_pkey PRIMARY KEY (client_id),
  constraint clients_brand_brands_brand_fk FOREIGN KEY (brand) REFERENCES brands(brand),
  constraint client_has_scopes CHECK (json_array_length(scopes) > 0)
);
grant insert, select, update on table clients to mclub_app;

create table command_keys (
  key uuid not null,
  bucket smallint not null,
  operation_id uuid not null,
  constraint command_keys_pkey PRIMARY KEY (key)
);
grant delete, insert, select, update on table command_keys to mclub_app;

create table customer_links (
  bucket smallint not null,
  link_id uuid not null,
  member_id uuid not null,
  other_id uuid,
  identifier_key uuid not null,
  own_code_hash uuid not null,
  other_code_hash uuid not null,
  status text not null,
  wrong_tries smallint not null,
  started_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  ended_by uuid,
  constraint customer_links_bucket_link_id_pk PRIMARY KEY (bucket, link_id),
  constraint customer_link_ended CHECK ((status = 'open'::text) = (ended_by IS NULL)),
  constraint customer_link_of_two CHECK (other_id <> member_id),
  constraint customer_link_status CHECK (status = ANY (ARRAY['open'::text, 'replaced'::text, 'linked'::text, 'refused'::text])),
  constraint customer_link_tries CHECK (wrong_tries >= 0 AND wrong_tries <= 5)
);
CREATE INDEX customer_links_by_identifier ON public.customer_links USING btree (identifier_key, started_at);
CREATE INDEX customer_links_of_member ON public.customer_links USING btree (bucket, member_id, link_id);
grant insert, select, update on table customer_links to mclub_app;

create table daily_figures (
  entity text not null,
  day date not null,
  figure text not null,
  value bigint not null,
  constraint daily_figures_entity_day_figure_pk PRIMARY KEY (entity, day, figure)
);
CREATE TRIGGER figures_of_closed_days_stay BEFORE INSERT OR DELETE OR UPDATE ON daily_figures FOR EACH ROW EXECUTE FUNCTION refuse_closed_figures();
grant delete, insert, select, update on table daily_figures to mclub_app;

create table ended_break_rules (
  rule_id uuid not null,
  operation_id uuid not null,
  constraint ended_break_rules_pkey PRIMARY KEY (rule_id)
);
CREATE TRIGGER ended_break_rules_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ended_break_rules FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table ended_break_rules to mclub_app;

create table erasures (
  bucket smallint not null,
  erasure_id uuid not null,
  member_id uuid not null,
  status text not null,
  requested_at timestamp(3) with time zone not null,
  due_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  ended_by uuid,
  identifiers integer,
  constraint erasures_bucket_erasure_id_pk PRIMARY KEY (bucket, erasure_id),
  constraint erasure_counts CHECK ((status = 'erased'::text) = (identifiers IS NOT NULL)),
  constraint erasure_ended CHECK (num_nonnulls(ended_at, ended_by) =
CASE
    WHEN status = 'pending'::text THEN 0
    ELSE 2
END),
  constraint erasure_status CHECK (status = ANY (ARRAY['pending'::text, 'cancelled'::text, 'erased'::text]))
);
CREATE INDEX erasures_due ON public.erasures USING btree (due_at, erasure_id) WHERE (status = 'pending'::text);
CREATE INDEX erasures_of_member ON public.erasures USING btree (member_id);
CREATE UNIQUE INDEX erasures_pending ON public.erasures USING btree (member_id) WHERE (status = 'pending'::text);
grant insert, select on table erasures to mclub_app;
grant update (status) on table erasures to mclub_app;
grant update (ended_at) on table erasures to mclub_app;
grant update (ended_by) on table erasures to mclub_app;
grant update (identifiers) on table erasures to mclub_app;

create table followers (
  name text not null,
  "position" bigint not null,
  constraint followers_pkey PRIMARY KEY (name)
);
grant insert, select, update on table followers to mclub_app;

create table holds (
  bucket smallint not null,
  hold_id uuid not null,
  member_id uuid not null,
  brand text not null,
  amount bigint not null,
  parts json not null,
  reference text not null,
  status text not null,
  captured bigint not null,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  order_id uuid,
  moves json not null,
  constraint holds_bucket_hold_id_member_id_pk PRIMARY KEY (bucket, hold_id, member_id),
  constraint hold_captures_what_it_held CHECK (captured >= 0 AND captured <= amount),
  constraint hold_state CHECK ((status = 'open'::text) = (ended_at IS NULL) AND (status = ANY (ARRAY['open'::text, 'captured'::text, 'released'::text, 'expired'::text, 'moved'::text])))
);
CREATE INDEX holds_of_member ON public.holds USING btree (bucket, member_id, status);
grant insert, select, update on table holds to mclub_app;

create table identifier_history (
  identifier_key uuid not null,
  ordinal integer not null,
  event text not null,
  profile_id uuid not null,
  verified boolean not null,
  operation_id uuid not null,
  since timestamp(3) with time zone not null,
  constraint identifier_history_identifier_key_ordinal_pk PRIMARY KEY (identifier_key, ordinal),
  constraint identifier_event CHECK (event = ANY (ARRAY['begun'::text, 'verified'::text, 'ended'::text]))
);
CREATE INDEX identifier_history_of_profile ON public.identifier_history USING btree (profile_id);
CREATE TRIGGER identifier_history_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON identifier_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite_unless_erasing();
CREATE TRIGGER identifier_history_keeps_all_but_hashes BEFORE UPDATE ON identifier_history FOR EACH ROW EXECUTE FUNCTION keep_all_but_hashes('identifier_key', 'ordinal');
grant insert, select on table identifier_history to mclub_app;

create table identifiers (
  kind text not null,
  bucket smallint not null,
  member_id uuid not null,
  profile_id uuid not null,
  verified boolean not null,
  created_at timestamp(3) with time zone not null,
  identifier_key uuid not null,
  constraint identifiers_pkey PRIMARY KEY (identifier_key)
);
grant delete, insert, select, update on table identifiers to mclub_app;

create table lot_terms (
  bucket smallint not null,
  member_id uuid not null,
  lot_id uuid not null,
  operation_id uuid not null,
  ordinal integer not null,
  reason text not null,
  former_end timestamp(3) with time zone not null,
  new_end timestamp(3) with time zone not null,
  wallet_version bigint not null,
  posted_at timestamp(3) with time zone not null,
  constraint lot_terms_bucket_member_id_lot_id_operation_id_ordinal_pk PRIMARY KEY (bucket, member_id, lot_id, operation_id, ordinal),
  constraint terms_change_something CHECK (former_end <> new_end)
);
CREATE TRIGGER lot_terms_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON lot_terms FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table lot_terms to mclub_app;

create table lots (
  bucket smallint not null,
  member_id uuid not null,
  lot_id uuid not null,
  issuer text not null,
  profile_id uuid,
  kind text not null,
  granted bigint not null,
  pending bigint not null,
  available bigint not null,
  held bigint not null,
  active_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  closed boolean not null,
  operation_id uuid not null,
  policy_version integer not null,
  spendable_from timestamp(3) with time zone,
  constraint lots_bucket_member_id_lot_id_pk PRIMARY KEY (bucket, member_id, lot_id),
  constraint lot_closed_is_empty CHECK (NOT closed OR pending = 0 AND available = 0 AND held = 0),
  constraint lot_ends_after_it_begins CHECK (expires_at > active_at),
  constraint lot_not_below_zero CHECK (pending >= 0 AND available >= 0 AND held >= 0 AND granted > 0)
) with (fillfactor=85);
CREATE INDEX lots_open ON public.lots USING btree (bucket, member_id, expires_at, active_at, lot_id) WHERE (NOT closed);
grant insert, select, update on table lots to mclub_app;

create table match_candidates (
  one_id uuid not null,
  other_id uuid not null,
  candidate_id uuid not null,
  operation_id uuid not null,
  source text not null,
  created_at timestamp(3) with time zone not null,
  score smallint not null,
  evidence json not null,
  status text not null,
  assignee text,
  decided_by uuid,
  decided_at timestamp(3) with time zone,
  until timestamp(3) with time zone,
  constraint match_candidates_one_id_other_id_pk PRIMARY KEY (one_id, other_id),
  constraint candidate_decided CHECK ((status = 'open'::text) = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
  constraint candidate_of_two CHECK (one_id < other_id),
  constraint candidate_put_off CHECK (until IS NULL OR status = 'later'::text),
  constraint candidate_score CHECK (score >= 0 AND score <= 100),
  constraint candidate_status CHECK (status = ANY (ARRAY['open'::text, 'later'::text, 'linked'::text, 'apart'::text]))
);
CREATE INDEX match_candidates_assigned ON public.match_candidates USING btree (assignee, status, ((- score)), candidate_id) WHERE (assignee IS NOT NULL);
CREATE INDEX match_candidates_by_id ON public.match_candidates USING btree (candidate_id);
CREATE INDEX match_candidates_queue ON public.match_candidates USING btree (status, ((- score)), candidate_id);
grant insert, select, update on table match_candidates to mclub_app;

create table mclub_migrations (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null default clock_timestamp(),
  constraint mclub_migrations_pkey PRIMARY KEY (name)
);
grant select on table mclub_migrations to public;

create table member_blocks (
  bucket smallint not null,
  member_id uuid not null,
  version bigint not null,
  status text not null,
  operation_id uuid not null,
  parted_from uuid,
  since timestamp(3) with time zone not null,
  constraint member_blocks_bucket_member_id_version_pk PRIMARY KEY (bucket, member_id, version),
  constraint member_block_parted CHECK (parted_from IS NULL OR status = 'blocked'::text),
  constraint member_block_status CHECK (status = ANY (ARRAY['active'::text, 'blocked'::text]))
);
CREATE TRIGGER member_blocks_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON member_blocks FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table member_blocks to mclub_app;

create table merge_overrides (
  bucket smallint not null,
  override_id uuid not null,
  one_id uuid not null,
  other_id uuid not null,
  blocker text not null,
  reason text not null,
  staff_id text not null,
  requested_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  approved_by uuid,
  approved_at timestamp(3) with time zone,
  constraint merge_overrides_bucket_override_id_pk PRIMARY KEY (bucket, override_id),
  constraint merge_override_approved CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
  constraint merge_override_blocker CHECK (blocker = 'birth_dates_differ'::text),
  constraint merge_override_of_two CHECK (one_id < other_id)
);
CREATE INDEX merge_overrides_waiting ON public.merge_overrides USING btree (override_id) WHERE (approved_by IS NULL);
grant insert, select, update on table merge_overrides to mclub_app;

create table merges (
  bucket smallint not null,
  merge_id uuid not null,
  survivor_id uuid not null,
  absorbed_id uuid not null,
  status text not null,
  reason text not null,
  rule text not null,
  merged_at timestamp(3) with time zone not null,
  undone_at timestamp(3) with time zone,
  undone_by uuid,
  constraint merges_bucket_merge_id_pk PRIMARY KEY (bucket, merge_id),
  constraint merge_of_two CHECK (survivor_id <> absorbed_id),
  constraint merge_status CHECK (status = ANY (ARRAY['merged'::text, 'undone'::text])),
  constraint merge_undone CHECK ((status = 'undone'::text) = (undone_at IS NOT NULL))
);
CREATE INDEX merges_of_absorbed ON public.merges USING btree (absorbed_id);
CREATE INDEX merges_of_survivor ON public.merges USING btree (survivor_id);
grant insert, select, update on table merges to mclub_app;

create table operations (
  bucket smallint not null,
  operation_id uuid not null,
  name text not null,
  member_id uuid,
  client_id uuid,
  staff_id text,
  brand text,
  store_id text,
  terminal_id text,
  channel text,
  reason text,
  reference text,
  subject_hash uuid,
  input_hash uuid not null,
  hash_version smallint not null,
  status smallint not null,
  refusal text,
  answer json not null,
  events json,
  policy_version integer not null,
  occurred_at timestamp(3) with time zone not null,
  posted_at timestamp(3) with time zone not null,
  accounting_date date not null,
  "position" bigint not null,
  place smallint not null,
  profile_id uuid,
  constraint operations_bucket_operation_id_pk PRIMARY KEY (bucket, operation_id),
  constraint refusals_are_conflicts CHECK ((refusal IS NULL) = (status < 400))
);
CREATE INDEX operations_by_position ON public.operations USING btree ("position");
CREATE INDEX operations_by_subject ON public.operations USING btree (subject_hash) WHERE (subject_hash IS NOT NULL);
CREATE TRIGGER operations_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON operations FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite_unless_erasing();
CREATE TRIGGER operations_keep_all_but_hashes BEFORE UPDATE ON operations FOR EACH ROW EXECUTE FUNCTION keep_all_but_hashes('subject_hash');
grant insert, select on table operations to mclub_app;

create table orders (
  bucket smallint not null,
  order_id uuid not null,
  order_number text not null,
  brand text not null,
  channel text not null,
  member_id uuid,
  profile_id uuid,
  awaits uuid,
  pickup_brand text not null,
  pickup_store_id text not null,
  lines json not null,
  total bigint not null,
  held bigint not null,
  hold_id uuid,
  status text not null,
  storage_days integer,
  placed_at timestamp(3) with time zone not null,
  ready_at timestamp(3) with time zone,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  code_hash uuid not null,
  code_used_by uuid,
  code_tries integer not null,
  code_blocked_until timestamp(3) with time zone,
  version integer not null,
  visits integer not null,
  constraint orders_bucket_order_id_pk PRIMARY KEY (bucket, order_id),
  constraint order_amounts CHECK (held >= 0 AND held <= total),
  constraint order_ends_once CHECK ((status = ANY (ARRAY['placed'::text, 'ready'::text])) = (ended_at IS NULL)),
  constraint order_holds_for_a_member CHECK (hold_id IS NULL OR member_id IS NOT NULL),
  constraint order_status CHECK (status = ANY (ARRAY['placed'::text, 'ready'::text, 'collected'::text, 'cancelled'::text, 'expired'::text])),
  constraint order_waits_for_a_member CHECK (awaits IS NULL OR member_id IS NULL)
);
CREATE INDEX orders_awaiting ON public.orders USING btree (awaits) WHERE (awaits IS NOT NULL);
CREATE INDEX orders_expiring ON public.orders USING btree (expires_at, order_id) WHERE (status = ANY (ARRAY['placed'::text, 'ready'::text]));
CREATE INDEX orders_of_member ON public.orders USING btree (member_id, order_id) WHERE (status = ANY (ARRAY['placed'::text, 'ready'::text]));
CREATE INDEX orders_of_store ON public.orders USING btree (pickup_store_id, status, order_id);
grant insert, select, update on table orders to mclub_app;

create table parked_returns (
  receipt_key uuid not null,
  ordinal integer not null,
  operation_id uuid not null,
  terms json not null,
  status text not null,
  refusal text,
  parked_at timestamp(3) with time zone not null,
  constraint parked_returns_receipt_key_ordinal_pk PRIMARY KEY (receipt_key, ordinal),
  constraint parked_refusal CHECK ((status = 'refused'::text) = (refusal IS NOT NULL)),
  constraint parked_status CHECK (status = ANY (ARRAY['parked'::text, 'applied'::text, 'refused'::text, 'withdrawn'::text]))
);
CREATE UNIQUE INDEX parked_returns_by_operation ON public.parked_returns USING btree (operation_id);
grant insert, select, update on table parked_returns to mclub_app;

create table policies (
  version integer not null,
  effective_from timestamp(3) with time zone not null,
  rules jsonb not null,
  row_hash uuid not null,
  note text not null,
  constraint policies_pkey PRIMARY KEY (version)
);
CREATE TRIGGER policies_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON policies FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table policies to mclub_app;

create table profile_consents (
  bucket smallint not null,
  profile_id uuid not null,
  ordinal integer not null,
  purpose text not null,
  given boolean not null,
  since timestamp(3) with time zone not null,
  operation_id uuid not null,
  constraint profile_consents_bucket_profile_id_ordinal_pk PRIMARY KEY (bucket, profile_id, ordinal),
  constraint consent_ordinal CHECK (ordinal > 0)
);
CREATE INDEX profile_consents_by_time ON public.profile_consents USING btree (profile_id, since, ordinal);
CREATE TRIGGER profile_consents_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON profile_consents FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table profile_consents to mclub_app;

create table profile_links (
  bucket smallint not null,
  profile_id uuid not null,
  operation_id uuid not null,
  member_id uuid not null,
  home_id uuid not null,
  since timestamp(3) with time zone not null,
  constraint profile_links_bucket_profile_id_operation_id_pk PRIMARY KEY (bucket, profile_id, operation_id)
);
CREATE INDEX profile_links_of_member ON public.profile_links USING btree (member_id);
CREATE TRIGGER profile_links_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON profile_links FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table profile_links to mclub_app;

create table profiles (
  bucket smallint not null,
  profile_id uuid not null,
  member_id uuid not null,
  brand text not null,
  identifiers json not null,
  consents json not null,
  store_id text,
  created_at timestamp(3) with time zone not null,
  profile_key uuid not null,
  external_id bytea not null,
  person bytea not null,
  identifier_values bytea not null,
  home_id uuid not null,
  constraint profiles_bucket_profile_id_pk PRIMARY KEY (bucket, profile_id)
);
CREATE INDEX profiles_of_member ON public.profiles USING btree (member_id);
grant insert, select, update on table profiles to mclub_app;

create table purchases (
  bucket smallint not null,
  purchase_id uuid not null,
  member_id uuid,
  brand text not null,
  store_id text not null,
  terminal_id text not null,
  shift text not null,
  number text not null,
  fiscal_id text,
  channel text not null,
  total bigint not null,
  spent bigint not null,
  earned bigint not null,
  lot_id uuid,
  awaits uuid,
  lines json not null,
  returned json not null,
  status text not null,
  occurred_at timestamp(3) with time zone not null,
  posted_at timestamp(3) with time zone not null,
  store_zone text not null,
  order_id uuid,
  profile_id uuid,
  constraint purchases_bucket_purchase_id_pk PRIMARY KEY (bucket, purchase_id),
  constraint purchase_amounts CHECK (total >= 0 AND earned >= 0 AND spent >= 0 AND spent <= total),
  constraint purchase_status CHECK (status = ANY (ARRAY['sold'::text, 'reversed'::text])),
  constraint purchase_waits_for_a_member CHECK (awaits IS NULL OR member_id IS NULL)
);
CREATE INDEX purchases_awaiting ON public.purchases USING btree (awaits) WHERE (awaits IS NOT NULL);
CREATE INDEX purchases_by_day ON public.purchases USING brin (occurred_at) WITH (pages_per_range='32', autosummarize='true');
grant insert, select, update on table purchases to mclub_app;

create table reconciliation_breaks (
  break_id uuid not null,
  reconciliation_id uuid not null,
  ordinal integer not null,
  brand text not null,
  kind text not null,
  differences json not null,
  line integer,
  there json,
  here json,
  rule_id uuid,
  found_at timestamp(3) with time zone not null,
  digest uuid not null,
  status text not null,
  owner text,
  resolution text,
  corrected_by uuid,
  resolved_by text,
  resolved_at timestamp(3) with time zone,
  changes integer not null,
  adjustment_id uuid,
  awaits_until timestamp(3) with time zone,
  constraint reconciliation_breaks_pkey PRIMARY KEY (break_id),
  constraint break_awaits_an_adjustment CHECK ((status = 'awaiting_approval'::text) = (awaits_until IS NOT NULL) AND (awaits_until IS NULL OR adjustment_id IS NOT NULL)),
  constraint break_is_corrected_by_something CHECK (((resolution = 'corrected'::text) IS TRUE) = (corrected_by IS NOT NULL)),
  constraint break_is_explained_by_a_rule CHECK (status <> 'explained'::text OR rule_id IS NOT NULL),
  constraint break_is_resolved_by_somebody CHECK (num_nonnulls(resolution, resolved_by, resolved_at) =
CASE status
    WHEN 'resolved'::text THEN 3
    ELSE 0
END),
  constraint break_names_its_adjustment CHECK (adjustment_id IS NULL OR status = 'awaiting_approval'::text OR corrected_by IS NOT NULL),
  constraint break_status CHECK (status = ANY (ARRAY['open'::text, 'explained'::text, 'awaiting_approval'::text, 'resolved'::text]))
);
CREATE INDEX breaks_in_order ON public.reconciliation_breaks USING btree (reconciliation_id, ordinal);
grant insert, select on table reconciliation_breaks to mclub_app;
grant update (status) on table reconciliation_breaks to mclub_app;
grant update (owner) on table reconciliation_breaks to mclub_app;
grant update (resolution) on table reconciliation_breaks to mclub_app;
grant update (corrected_by) on table reconciliation_breaks to mclub_app;
grant update (resolved_by) on table reconciliation_breaks to mclub_app;
grant update (resolved_at) on table reconciliation_breaks to mclub_app;
grant update (changes) on table reconciliation_breaks to mclub_app;
grant update (adjustment_id) on table reconciliation_breaks to mclub_app;
grant update (awaits_until) on table reconciliation_breaks to mclub_app;

create table reconciliation_parts (
  upload_id uuid not null,
  ordinal integer not null,
  content bytea not null,
  kept_at timestamp(3) with time zone not null,
  constraint reconciliation_parts_upload_id_ordinal_pk PRIMARY KEY (upload_id, ordinal)
);
grant delete, insert, select on table reconciliation_parts to mclub_app;

create table reconciliations (
  reconciliation_id uuid not null,
  brand text not null,
  system text not null,
  content_hash text not null,
  terms json not null,
  lines integer not null,
  upload_id uuid not null,
  status text not null,
  failure text,
  result json,
  requested_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  tries integer not null default 0,
  not_before timestamp(3) with time zone,
  constraint reconciliations_pkey PRIMARY KEY (reconciliation_id),
  constraint reconciliation_comes_to_something CHECK ((status = 'done'::text) = (result IS NOT NULL)),
  constraint reconciliation_ends_once CHECK ((status = 'waiting'::text) = (finished_at IS NULL)),
  constraint reconciliation_fails_for_a_reason CHECK (
CASE status
    WHEN 'failed'::text THEN failure IS NOT NULL
    WHEN 'done'::text THEN failure IS NULL
    ELSE true
END),
  constraint reconciliation_status CHECK (status = ANY (ARRAY['waiting'::text, 'done'::text, 'failed'::text, 'cancelled'::text]))
);
CREATE INDEX reconciliations_by_upload ON public.reconciliations USING btree (upload_id);
CREATE INDEX reconciliations_of_brand ON public.reconciliations USING btree (brand, reconciliation_id);
CREATE INDEX reconciliations_waiting ON public.reconciliations USING btree (reconciliation_id) WHERE (status = 'waiting'::text);
grant insert, select on table reconciliations to mclub_app;
grant update (status) on table reconciliations to mclub_app;
grant update (failure) on table reconciliations to mclub_app;
grant update (result) on table reconciliations to mclub_app;
grant update (finished_at) on table reconciliations to mclub_app;
grant update (tries) on table reconciliations to mclub_app;
grant update (not_before) on table reconciliations to mclub_app;

create table representative_links (
  bucket smallint not null,
  link_id uuid not null,
  member_id uuid not null,
  representative_id uuid not null,
  sees boolean not null,
  per_operation bigint,
  per_month bigint,
  since timestamp(3) with time zone,
  until timestamp(3) with time zone,
  ended_at timestamp(3) with time zone,
  ended_by uuid,
  uses_then integer,
  month text,
  month_spent bigint not null,
  uses integer not null,
  constraint representative_links_bucket_link_id_pk PRIMARY KEY (bucket, link_id),
  constraint representative_ended CHECK (num_nonnulls(ended_at, ended_by, uses_then) = ANY (ARRAY[0, 3])),
  constraint representative_limits CHECK (per_operation > 0 AND per_month > 0),
  constraint representative_of_another CHECK (member_id <> representative_id),
  constraint representative_used CHECK (month_spent >= 0 AND (month IS NULL) = (uses = 0))
);
CREATE INDEX representative_links_of_member ON public.representative_links USING btree (member_id);
CREATE INDEX representative_links_of_representative ON public.representative_links USING btree (representative_id);
grant insert, select on table representative_links to mclub_app;
grant update (ended_at) on table representative_links to mclub_app;
grant update (ended_by) on table representative_links to mclub_app;
grant update (uses_then) on table representative_links to mclub_app;
grant update (month) on table representative_links to mclub_app;
grant update (month_spent) on table representative_links to mclub_app;
grant update (uses) on table representative_links to mclub_app;

create table representative_uses (
  bucket smallint not null,
  link_id uuid not null,
  ordinal integer not null,
  operation_id uuid not null,
  kind text not null,
  profile_id uuid,
  month text not null,
  amount bigint not null,
  month_spent bigint not null,
  wallet_version bigint not null,
  constraint representative_uses_bucket_link_id_ordinal_pk PRIMARY KEY (bucket, link_id, ordinal),
  constraint representative_use_kind CHECK (kind = ANY (ARRAY['spent'::text, 'came_back'::text, 'taken_again'::text]))
);
CREATE UNIQUE INDEX representative_uses_by_operation ON public.representative_uses USING btree (operation_id);
CREATE TRIGGER representative_uses_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON representative_uses FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table representative_uses to mclub_app;

create table returns (
  bucket smallint not null,
  return_id uuid not null,
  purchase_id uuid not null,
  member_id uuid,
  brand text not null,
  store_id text not null,
  terminal_id text not null,
  shift text not null,
  number text not null,
  fiscal_id text,
  reason text,
  money_back bigint not null,
  bonuses_back bigint not null,
  clawed_back bigint not null,
  debt_added bigint not null,
  from_suspense bigint not null,
  lines json not null,
  parts json not null,
  cover json not null,
  status text not null,
  occurred_at timestamp(3) with time zone not null,
  posted_at timestamp(3) with time zone not null,
  constraint returns_bucket_return_id_pk PRIMARY KEY (bucket, return_id),
  constraint return_status CHECK (status = ANY (ARRAY['returned'::text, 'reversed'::text]))
);
CREATE INDEX returns_by_day ON public.returns USING brin (occurred_at) WITH (pages_per_range='32', autosummarize='true');
CREATE INDEX returns_of_purchase ON public.returns USING btree (purchase_id);
grant insert, select, update on table returns to mclub_app;

create table settings (
  name text not null,
  value jsonb not null,
  constraint settings_pkey PRIMARY KEY (name)
);
grant insert, select, update on table settings to mclub_app;

create table settlement_lines (
  bucket smallint not null,
  settlement_id uuid not null,
  place integer not null,
  debtor text not null,
  creditor text not null,
  section text not null,
  kind text not null,
  price text not null,
  vat_rate text not null,
  original_day date,
  original_id uuid,
  bonuses bigint not null,
  total bigint not null,
  vat bigint not null,
  constraint settlement_lines_bucket_settlement_id_place_pk PRIMARY KEY (bucket, settlement_id, place),
  constraint settlement_line_names_its_original CHECK ((section = 'credit_note'::text) = (original_day IS NOT NULL) AND (original_id IS NULL OR original_day IS NOT NULL)),
  constraint settlement_line_section CHECK (section = ANY (ARRAY['spent'::text, 'returned'::text, 'debts'::text, 'credit_note'::text]))
);
CREATE TRIGGER settlement_lines_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON settlement_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table settlement_lines to mclub_app;

create table settlements (
  bucket smallint not null,
  settlement_id uuid not null,
  operation_id uuid not null,
  number integer not null,
  one text not null,
  other text not null,
  from_month text not null,
  to_month text not null,
  one_owes bigint not null,
  other_owes bigint not null,
  lines integer not null,
  status text not null,
  one_agreed_by uuid,
  one_staff_id text,
  other_agreed_by uuid,
  other_staff_id text,
  paid_by uuid,
  dropped_by uuid,
  paid_on date,
  constraint settlements_bucket_settlement_id_pk PRIMARY KEY (bucket, settlement_id),
  constraint settlement_agreed_by_two CHECK ((status = ANY (ARRAY['agreed'::text, 'paid'::text])) = (one_agreed_by IS NOT NULL AND other_agreed_by IS NOT NULL) AND one_staff_id <> other_staff_id),
  constraint settlement_ends_once CHECK ((status = 'paid'::text) = (paid_by IS NOT NULL) AND (status = 'dropped'::text) = (dropped_by IS NOT NULL)),
  constraint settlement_months_in_order CHECK (from_month <= to_month),
  constraint settlement_paid_on_a_day CHECK (paid_on IS NULL OR paid_by IS NOT NULL),
  constraint settlement_parties_in_order CHECK ((one COLLATE "C") < (other COLLATE "C")),
  constraint settlement_status CHECK (status = ANY (ARRAY['draft'::text, 'agreed'::text, 'paid'::text, 'dropped'::text]))
);
CREATE UNIQUE INDEX settlements_by_number ON public.settlements USING btree (number);
CREATE UNIQUE INDEX settlements_live_once ON public.settlements USING btree (one, other, from_month) WHERE (status <> 'dropped'::text);
CREATE TRIGGER settlements_stay_as_agreed BEFORE DELETE OR UPDATE ON settlements FOR EACH ROW EXECUTE FUNCTION keep_settlements();
grant insert, select, update on table settlements to mclub_app;

create table staff (
  staff_id text not null,
  member_id uuid,
  adjusted_on date,
  adjusted_count integer not null,
  adjusted_amount bigint not null,
  constraint staff_pkey PRIMARY KEY (staff_id),
  constraint staff_adjusted CHECK (adjusted_count >= 0 AND adjusted_amount >= 0)
);
grant insert, select, update on table staff to mclub_app;

create table stores (
  store_id text not null,
  brand text not null,
  name text not null,
  time_zone text not null,
  constraint stores_pkey PRIMARY KEY (store_id),
  constraint stores_brand_brands_brand_fk FOREIGN KEY (brand) REFERENCES brands(brand)
);
grant insert, select, update on table stores to mclub_app;

create table terminals (
  store_id text not null,
  terminal_id text not null,
  first_seen_at timestamp(3) with time zone not null,
  constraint terminals_store_id_terminal_id_pk PRIMARY KEY (store_id, terminal_id),
  constraint terminals_store_id_stores_store_id_fk FOREIGN KEY (store_id) REFERENCES stores(store_id)
);
grant insert, select, update on table terminals to mclub_app;

create table transfers (
  bucket smallint not null,
  member_id uuid not null,
  operation_id uuid not null,
  ordinal integer not null,
  entity text not null,
  debit text not null,
  credit text not null,
  amount bigint not null,
  lot_id uuid,
  event text not null,
  occurred_at timestamp(3) with time zone not null,
  posted_at timestamp(3) with time zone not null,
  "position" bigint not null,
  constraint transfers_bucket_member_id_operation_id_ordinal_pk PRIMARY KEY (bucket, member_id, operation_id, ordinal),
  constraint transfer_has_two_accounts CHECK (debit <> credit),
  constraint transfer_moves_something CHECK (amount > 0)
);
CREATE INDEX transfers_between_entities ON public.transfers USING btree (posted_at) WHERE ((debit ~~ 'due\_to:%'::text) OR (credit ~~ 'due\_to:%'::text));
CREATE INDEX transfers_by_position ON public.transfers USING brin ("position") WITH (pages_per_range='32', autosummarize='true');
CREATE TRIGGER transfers_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
grant insert, select on table transfers to mclub_app;

create table turnovers (
  entity text not null,
  day date not null,
  account text not null,
  event text not null,
  kind text not null,
  store_id text not null,
  debit bigint not null,
  credit bigint not null,
  constraint turnovers_entity_day_account_event_kind_store_id_pk PRIMARY KEY (entity, day, account, event, kind, store_id),
  constraint turnover_not_below_zero CHECK (debit >= 0 AND credit >= 0)
);
CREATE INDEX turnovers_of_store ON public.turnovers USING btree (store_id, day) WHERE (store_id <> ''::text);
CREATE TRIGGER turnovers_of_closed_days_stay BEFORE INSERT OR DELETE OR UPDATE ON turnovers FOR EACH ROW EXECUTE FUNCTION refuse_closed_days();
grant delete, insert, select, update on table turnovers to mclub_app;

create table wallets (
  bucket smallint not null,
  member_id uuid not null,
  status text not null,
  version bigint not null,
  pending bigint not null,
  available bigint not null,
  held bigint not null,
  debt bigint not null,
  by_issuer json not null,
  soonest_ends json not null,
  next_move_at timestamp(3) with time zone,
  next_turn_at timestamp(3) with time zone,
  posted_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null,
  survivor_id uuid,
  parted json,
  cooling_until timestamp(3) with time zone,
  erasure text,
  constraint wallets_bucket_member_id_pk PRIMARY KEY (bucket, member_id),
  constraint absorbed_wallet_is_empty CHECK (survivor_id IS NULL OR pending = 0 AND available = 0 AND held = 0 AND debt = 0),
  constraint wallet_erasure CHECK (erasure IS NULL OR (erasure = ANY (ARRAY['pending'::text, 'erased'::text])) AND survivor_id IS NULL),
  constraint wallet_not_below_zero CHECK (pending >= 0 AND available >= 0 AND held >= 0 AND debt >= 0),
  constraint wallet_status CHECK (status = ANY (ARRAY['active'::text, 'blocked'::text]))
) with (fillfactor=70);
CREATE INDEX wallets_absorbed ON public.wallets USING btree (survivor_id) WHERE (survivor_id IS NOT NULL);
CREATE INDEX wallets_by_member ON public.wallets USING btree (member_id);
CREATE INDEX wallets_due ON public.wallets USING btree (next_move_at) WHERE (next_move_at IS NOT NULL);
CREATE INDEX wallets_erased ON public.wallets USING btree (member_id) WHERE (erasure = 'erased'::text);
grant insert, select, update on table wallets to mclub_app;
