-- Which of these keys somebody else is claiming, so that it is not known yet whose they are: each is waited for shortly. The keys of a
-- command stand together, and of one that has such a key no more is asked. It claims the others to find out; whoever asks rolls that
-- back. See src/engine/journal/keys.ts.
CREATE FUNCTION keys_in_the_making(keys uuid[], commands int[]) RETURNS SETOF uuid
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1ms' AS $$
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
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION keys_in_the_making(uuid[], int[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION keys_in_the_making(uuid[], int[]) TO mclub_app;
