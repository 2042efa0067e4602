/** Names of what erases members. */
export const MEMBER_ERASE = "member-erase";
export const MEMBER_ERASE_CANCEL = "member-erase-cancel";
export const MEMBER_ERASURE = "member-erasure";
export const ERASED_CLEARING = "erased-clearing";
