-- formerly applied as 181a91f926b4b9594756d403c45e25d0dbab599ee89c713c95ff625e9c377471
-- (erase_member had a setting of its own, which only a superuser may give a function; 0028 writes it anew.)
GRANT SELECT, INSERT ON erasures TO mclub_app;
--> statement-breakpoint
-- Who asked, for whom and until when never changes.
GRANT UPDATE (status, ended_at, ended_by, identifiers) ON erasures TO mclub_app;
--> statement-breakpoint
-- Guarantee: rows of these two never change and never go, whoever asks, but for the hash of an identifier, which erase_member alone takes away.
CREATE FUNCTION refuse_rewrite_unless_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('mclub.erasing', true) = 'on' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE FUNCTION keep_all_but_hashes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
    RAISE EXCEPTION 'of rows of % only hashes are taken away', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
DROP TRIGGER operations_are_append_only ON operations;
--> statement-breakpoint
DROP TRIGGER identifier_history_is_append_only ON identifier_history;
--> statement-breakpoint
CREATE TRIGGER operations_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite_unless_erasing();
--> statement-breakpoint
CREATE TRIGGER identifier_history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON identifier_history
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite_unless_erasing();
--> statement-breakpoint
CREATE TRIGGER operations_keep_all_but_hashes BEFORE UPDATE ON operations
  FOR EACH ROW EXECUTE FUNCTION keep_all_but_hashes('subject_hash');
--> statement-breakpoint
CREATE TRIGGER identifier_history_keeps_all_but_hashes BEFORE UPDATE ON identifier_history
  FOR EACH ROW EXECUTE FUNCTION keep_all_but_hashes('identifier_key', 'ordinal');
--> statement-breakpoint
-- Gives the hash of an identifier that a member's profiles have a number by chance instead, wherever it stands for that member: the
-- same one everywhere, so that what the proof compares is the same still. Whoever else has had the identifier keeps its hash, and so
-- does what waits for whoever will bring it: all of it where it has never led to the member, else what came after it had ended there.
CREATE FUNCTION forget_identifier(hash uuid, is_led boolean, theirs uuid[], members uuid[]) RETURNS uuid
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  by_chance uuid := gen_random_uuid();
  until timestamptz;
  one uuid;
BEGIN
  UPDATE customer_links SET identifier_key = by_chance
    WHERE identifier_key = hash AND (is_led OR member_id = ANY (members) OR other_id = ANY (members));
  SELECT max(since) INTO until FROM identifier_history WHERE identifier_key = hash AND profile_id = ANY (theirs);
  IF until IS NULL THEN RETURN by_chance; END IF;
  UPDATE identifier_history SET identifier_key = by_chance WHERE identifier_key = hash AND profile_id = ANY (theirs);
  IF NOT EXISTS (SELECT FROM identifier_history WHERE identifier_key = hash) THEN
    UPDATE operations o SET subject_hash = by_chance
      FROM purchases p LEFT JOIN orders d ON d.bucket = ((((get_byte(uuid_send(p.order_id), 8) << 8) | get_byte(uuid_send(p.order_id), 9)) >> 4) & 1023)::smallint AND d.order_id = p.order_id
      WHERE o.subject_hash = hash AND p.bucket = o.bucket AND p.purchase_id = o.operation_id
        AND (is_led OR p.profile_id = ANY (theirs) OR coalesce(d.placed_at, p.occurred_at) < until);
    UPDATE operations o SET subject_hash = by_chance FROM orders d
      WHERE o.subject_hash = hash AND d.bucket = o.bucket AND d.order_id = o.operation_id
        AND (is_led OR d.profile_id = ANY (theirs) OR d.placed_at < until);
    UPDATE purchases SET awaits = by_chance WHERE awaits = hash AND (is_led OR occurred_at < until);
    UPDATE orders SET awaits = by_chance WHERE awaits = hash AND (is_led OR placed_at < until);
    RETURN by_chance;
  END IF;
  -- What was recorded for it as for nobody, and was claimed by the member since. What still waits keeps what it waits for.
  UPDATE operations o SET subject_hash = by_chance FROM purchases p
    WHERE o.subject_hash = hash AND p.bucket = o.bucket AND p.purchase_id = o.operation_id AND p.profile_id = ANY (theirs);
  UPDATE operations o SET subject_hash = by_chance FROM orders d
    WHERE o.subject_hash = hash AND d.bucket = o.bucket AND d.order_id = o.operation_id AND d.profile_id = ANY (theirs);
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
-- Takes away what of a member is personal or leads to it; answers how many identifiers led to it. It runs within the commit that
-- has decided it, whose wallet is locked; it sees what was committed before, and nothing that is written besides.
CREATE FUNCTION erase_member(member uuid, by_operation uuid, at timestamptz) RETURNS integer
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
--> statement-breakpoint
REVOKE ALL ON FUNCTION forget_identifier(uuid, boolean, uuid[], uuid[]), erase_member(uuid, uuid, timestamptz) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erase_member(uuid, uuid, timestamptz) TO mclub_app;
