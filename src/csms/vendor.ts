/** The vendor of messages that are the gateway's own. */
export const VENDOR_ID = "org.sangam";
