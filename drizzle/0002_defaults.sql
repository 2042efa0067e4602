-- The programme's default rules, version 1, in force from 2010-01-01 so that history can be replayed, and the two brands.
INSERT INTO brands (brand, name, legal_entity) VALUES
  ('mvideo', 'М.Видео', 'ООО «МВМ»'),
  ('eldorado', 'Эльдорадо', 'ООО «Эльдорадо»');
--> statement-breakpoint
-- With a hash of all that was written: the proof compares.
INSERT INTO policies (version, effective_from, note, rules, row_hash)
SELECT version, effective_from, note, rules,
  left(encode(sha256(convert_to(concat_ws('|', version, (extract(epoch from effective_from) * 1000)::bigint, note, rules), 'UTF8')), 'hex'), 32)::uuid
FROM (SELECT 1 AS version, '2010-01-01T00:00:00+03:00'::timestamptz AS effective_from, 'published terms of M.Club' AS note, '{
  "zone": "Europe/Moscow",
  "earning": {
    "rates": [
      {
        "rate": "0.03"
      }
    ],
    "excludedCategories": [
      "gift-card",
      "delivery",
      "service-fee"
    ]
  },
  "burning": {
    "shares": [
      {
        "share": "0.50"
      }
    ],
    "excludedCategories": [
      "gift-card",
      "delivery",
      "service-fee"
    ],
    "minimumMoneyPerUnit": "0.01",
    "order": []
  },
  "activation": {
    "ordinary": {
      "days": 14
    }
  },
  "life": {
    "ordinary": {
      "days": 180
    },
    "promo": {
      "days": 90
    },
    "offer": {
      "days": 90
    },
    "compensation": {
      "days": 90
    },
    "opening": {
      "days": 180
    }
  },
  "extension": {
    "kinds": [
      "ordinary"
    ],
    "period": {
      "days": 180
    }
  },
  "rollout": [
    {
      "issuer": "*",
      "seller": "*"
    }
  ],
  "returnGrace": {
    "days": 14
  },
  "holds": {
    "longestDays": 31
  },
  "receipts": {
    "lateDays": 35,
    "earlyMinutes": 5
  }
}'::jsonb AS rules) AS published;
