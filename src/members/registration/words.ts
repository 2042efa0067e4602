/** What a registration is called, for whoever reads what it has done. */
export const PROFILE_REGISTRATION = "profile-registration";
