-- Guarantee: as before; what says when a settlement was paid comes with its payment, and stays.
CREATE OR REPLACE FUNCTION keep_settlements() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
