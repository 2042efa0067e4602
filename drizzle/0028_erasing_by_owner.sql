-- Erases as any owner of the database may, who need not be a superuser (0027 was mended for that, and says what it was before).
-- Whoever had an identifier when something was recorded for it, or was the next to have it, is whose that is: so holderAt says in
-- src/members/identifier-history.ts. Asked while all that they had has ended.
CREATE FUNCTION was_theirs(hash uuid, at timestamptz, theirs uuid[]) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((SELECT h.profile_id = ANY (theirs) FROM identifier_history h
    WHERE h.identifier_key = hash AND h.event = 'ended' AND h.since > at ORDER BY h.ordinal LIMIT 1), false)
$$;
--> statement-breakpoint
-- A till's clock may be behind by as much as a receipt may be early: so latestByTill says in src/members/lookup.ts.
CREATE FUNCTION latest_by_till(at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT at + interval '1 minute' * coalesce(
    (SELECT (rules->'receipts'->>'earlyMinutes')::int FROM policies WHERE effective_from <= at ORDER BY effective_from DESC, version DESC LIMIT 1),
    (SELECT (rules->'receipts'->>'earlyMinutes')::int FROM policies ORDER BY effective_from, version LIMIT 1))
$$;
--> statement-breakpoint
-- Gives the hash of an identifier that a member's profiles have had a number by chance instead, wherever it stands for that member: the
-- same one everywhere, so that what the proof compares is the same still. Whoever else has had the identifier keeps its hash, and so
-- does what waits for it and is not the member's. Where nobody else has had it, and it led to the member, nothing keeps it.
CREATE OR REPLACE FUNCTION forget_identifier(hash uuid, is_led boolean, theirs uuid[], members uuid[]) RETURNS uuid
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION was_theirs(uuid, timestamptz, uuid[]), latest_by_till(timestamptz) FROM PUBLIC;
--> statement-breakpoint
-- Takes away what of a member is personal or leads to it; answers how many identifiers led to it. It runs within the commit that
-- has decided it, whose wallet is locked; it sees what was committed before, and nothing that is written besides.
CREATE OR REPLACE FUNCTION erase_member(member uuid, by_operation uuid, at timestamptz) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
$$;
