GRANT SELECT, INSERT, UPDATE ON orders TO mclub_app;
--> statement-breakpoint
-- Holds that had ended before moves were kept: what was captured was the first of their parts, at their end; the rest was given
-- back then, by the same operation or by time.
WITH ended_by AS (
  SELECT substr(answer->>'holdId', 5)::uuid AS hold_id, min('opn_' || replace(operation_id::text, '-', '')) AS operation_id
  FROM operations WHERE name IN ('hold-capture', 'hold-release') AND refusal IS NULL GROUP BY 1
), parts AS (
  SELECT h.bucket, h.hold_id, h.ended_at, e.operation_id, p.place, p.part->>'lotId' AS lot_id, p.part->>'issuer' AS issuer,
    (p.part->>'amount')::bigint AS amount,
    greatest(0, least((p.part->>'amount')::bigint, h.captured - coalesce(sum((p.part->>'amount')::bigint) OVER (
      PARTITION BY h.bucket, h.hold_id ORDER BY p.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS captured
  FROM holds h LEFT JOIN ended_by e USING (hold_id) CROSS JOIN json_array_elements(h.parts) WITH ORDINALITY AS p(part, place)
  WHERE h.status <> 'open'
), moves AS (
  SELECT bucket, hold_id, 1 AS place, json_build_object('event', 'capture', 'operationId', operation_id,
    'at', (extract(epoch FROM ended_at) * 1000)::bigint,
    'parts', json_agg(json_build_object('lotId', lot_id, 'issuer', issuer, 'amount', captured::text) ORDER BY place)) AS move
  FROM parts WHERE captured > 0 GROUP BY bucket, hold_id, operation_id, ended_at
  UNION ALL
  SELECT bucket, hold_id, 2, json_build_object('event', 'release', 'operationId', operation_id,
    'at', (extract(epoch FROM ended_at) * 1000)::bigint,
    'parts', json_agg(json_build_object('lotId', lot_id, 'issuer', issuer, 'amount', (amount - captured)::text) ORDER BY place))
  FROM parts WHERE captured < amount GROUP BY bucket, hold_id, operation_id, ended_at
)
UPDATE holds h SET moves = m.moves
FROM (SELECT bucket, hold_id, json_agg(move ORDER BY place) AS moves FROM moves GROUP BY bucket, hold_id) m
WHERE h.bucket = m.bucket AND h.hold_id = m.hold_id;
