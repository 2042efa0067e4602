-- Claims keys one after another, in the order given; what somebody else is claiming is not waited for, but named, and the rest is claimed.
-- After so many of them whatever is left counts as being claimed too: each takes a wait. Mirrors the claim of src/engine/journal/keys.ts.
CREATE FUNCTION claim_keys_at_hand(keys uuid[], buckets smallint[], operations uuid[], most_waits int)
  RETURNS TABLE (key uuid, is_claimed boolean)
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '5ms' AS $$
#variable_conflict use_column
DECLARE
  waits int := 0;
BEGIN
  FOR i IN 1 .. coalesce(array_length(keys, 1), 0) LOOP
    IF waits >= most_waits THEN
      RETURN QUERY SELECT keys[i], false;
      CONTINUE;
    END IF;
    BEGIN
      RETURN QUERY INSERT INTO command_keys AS k (key, bucket, operation_id) VALUES (keys[i], buckets[i], operations[i])
        ON CONFLICT (key) DO NOTHING RETURNING k.key, true;
    EXCEPTION WHEN lock_not_available THEN
      waits := waits + 1;
      RETURN QUERY SELECT keys[i], false;
    END;
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION claim_keys_at_hand(uuid[], smallint[], uuid[], int) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION claim_keys_at_hand(uuid[], smallint[], uuid[], int) TO mclub_app;
