/** The two chains, as the first migration installs them. */

export const BRANDS = ["mvideo", "eldorado"] as const;
export type Brand = (typeof BRANDS)[number];

export const otherBrand = (brand: Brand): Brand => (brand === "mvideo" ? "eldorado" : "mvideo");
