/** What documents say of a legal entity beside its name: the numbers that the tax authority knows it by, and where it is. */
import { z } from "@hono/zod-openapi";
import { orNull } from "../../kernel/answers.ts";
import { senseless, text } from "../../kernel/fields.ts";

const WEIGHTS = [2, 4, 10, 3, 5, 9, 4, 6, 8];

/** The last digit of ten says whether the others were written down right. */
function isInn(digits: string): boolean {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (sum % 11) % 10 === Number(digits[9]);
}

const INN = /^\d{10}$/;
const KPP = /^\d{4}[\dA-Z]{2}\d{3}$/;

/** As a registration names them; what is left out is not known. */
export const legalDetails = {
  inn: z
    .string()
    .regex(INN, "ten digits")
    .refine((digits) => !INN.test(digits) || isInn(digits), senseless("its last digit does not fit the others"))
    .optional()
    .openapi({ example: "7707548740", description: "Taxpayer number (ИНН) of the legal entity." }),
  kpp: z
    .string()
    .regex(KPP, "nine characters")
    .optional()
    .openapi({ example: "770701001", description: "Code of its registration (КПП)." }),
  city: text(100).optional().openapi({ example: "г. Москва", description: "Where its documents are made up." }),
};

/** The same as they are told. */
export const toldLegalDetails = { inn: orNull(z.string()), kpp: orNull(z.string()), city: orNull(z.string()) };
