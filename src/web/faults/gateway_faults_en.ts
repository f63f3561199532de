import type { FaultTexts } from "./fault_words.ts";

/** What the gateway sees itself, in English. */
export const GATEWAY_FAULTS_EN = {
  "charger-stays-away": [
    "Charger stays away",
    "It has been unreachable for half an hour. A car there charges with the fail-safe current at most.",
    "Check its power and network. Some chargers have to be switched off and on after an outage.",
  ],
  "charger-drops-often": [
    "Connection breaks again and again",
    "The charger keeps losing its connection.",
    "Check network cable or radio signal, and whether two devices have the same address.",
  ],
  "charger-restarts-often": [
    "Charger restarts again and again",
    "It starts anew every few minutes, and cannot charge in between.",
    "Switch it off for a minute. If it goes on, undo its last update or setting and call the maker.",
  ],
  "charger-clock-off": [
    "Charger's clock is wrong",
    "Its clock is more than half a minute off, though it is told the time. Its sessions are put right, and its limits may end late.",
    "Restart it. If it stays, look in its settings where it takes the time from.",
  ],
  "charger-held": [
    "Charger came back changed",
    "It has other connectors or another OCPP version than before. Nobody can charge there.",
    "Open its page and say which connector is which.",
  ],
  "charger-moved": [
    "Charger came from another address",
    "A charger took the place of its silent connection from another network address.",
    "Normal after a change of router. If nobody changed anything, change its password.",
  ],
  "second-connection": [
    "Two devices with one identity",
    "A second device uses the identity of a connected charger. It was turned away.",
    "Look for a charger with a copied identity. If there is none, change the password.",
  ],
  "charger-security-event": [
    "Security event of a charger",
    "The charger reports something about its own security.",
    "Read below what it was, and ask who worked on the charger at that time.",
  ],
  "charger-certificate": [
    "Charger has no valid certificate",
    "Its request for a certificate was refused, or the one it has is no good.",
    "Open the security page of the charger and have it ask for a new one.",
  ],
  "reset-wanted": [
    "A restart is due",
    "The charger took settings that count only after a restart.",
    "Restart it when nobody charges there.",
  ],
  "fail-safe-not-installed": [
    "Not safe without the gateway",
    "The charger did not take its fail-safe current: without the gateway it may draw its maximum.",
    "Set the fail-safe current in the charger itself, or lower its maximum in site.yaml.",
  ],
  "session-closed-without-stop": [
    "Session without an end",
    "The charger never said how a session ended. It was closed with the last reading.",
    "Compare the reading with the charger's own before you bill it.",
  ],
  "implausible-energy": [
    "Energy of a session is not plausible",
    "The charger's register went back, or its energy does not fit what it drew.",
    "Look at the session. Have the charger's meter checked if it happens again.",
  ],
  "slot-rebound": [
    "site.yaml says otherwise than an operator",
    "A connector was bound to another charger here, and site.yaml still has the old place.",
    "Change site.yaml so that both agree.",
  ],
  "configuration-drift": [
    "Settings differ from site.yaml",
    "The charger is set otherwise than site.yaml wants it: by somebody, by an update, or because it does not keep it.",
    "Compare it on the page of settings. Set it there, or have site.yaml correct it.",
  ],
  "over-limit": [
    "Circuit over its limit",
    "More flows than is allowed, and no charger can give up any more.",
    "Switch off other loads there. Check the limit and the meter in site.yaml.",
  ],
  disobeys: [
    "Charger does not keep its limit",
    "It accepts limits and draws more. All that it can draw is kept for it, so others get less.",
    "Restart it. Look for schedules or limits of its own, or set its current on site.",
  ],
  "keeps-limit": [
    "Charger does not fall back",
    "It is unreachable and did not go down to its fail-safe current.",
    "Check its network. If that is its way, say so in site.yaml (quirks).",
  ],
  "keeps-phases": [
    "Charger does not change phases",
    "It took the order to charge on one phase and goes on with three. Nothing is unsafe.",
    "Say in site.yaml that it cannot (quirks), or update its firmware.",
  ],
  rotation: [
    "Phases are wired otherwise",
    "The meter sees the charger's current on other phases than site.yaml says.",
    "Correct the phases of the connector or of the meter in site.yaml.",
  ],
  "cut-failed": [
    "Cutting off did not help",
    "The contactor was opened, yet the charger still draws current.",
    "Go there at once and switch off its breaker. The contactor may be stuck.",
  ],
  "cut-off": [
    "Connector is cut off",
    "The contactor was opened because the charger drew more than the circuit bears.",
    "Look at the charger, then reconnect it on its page.",
  ],
  "contactor-failed": [
    "Contactor does not obey",
    "The contactor did not open or close as it was told.",
    "Check its wiring, the relay, and the address in site.yaml.",
  ],
  "meter-failing": [
    "Meter does not answer",
    "No readings come from this meter.",
    "The page of meters says what was seen and what to check.",
  ],
  "meter-lost": [
    "Circuit without its meter",
    "The meter has been silent for a minute: its chargers fall back to their fail-safe currents.",
    "Check the meter's power, cable and address.",
  ],
  "meter-wiring": [
    "Meter and chargers disagree",
    "The meter does not show what the chargers behind it draw.",
    "Check the direction, phase and ratio of its current transformers.",
  ],
  "meter-counter": [
    "Register of a meter jumped",
    "The meter was replaced or reset. Its energy is counted on from where it was.",
    "Nothing, if it was changed on purpose. Else compare with the meter itself.",
  ],
  "circuit-source": [
    "Another source feeds the circuit",
    "The circuit is not fed by the grid; the limit of that source holds.",
    "Nothing: it is over when the grid is back.",
  ],
  "grid-limit": [
    "The grid limits the site",
    "The grid company or a signal limits the chargers.",
    "Nothing: it is over when the signal ends.",
  ],
  "operator-limit": [
    "An operator limits the site",
    "Somebody limits the chargers by hand.",
    "Lift the limit on the page Load when it is no longer needed.",
  ],
  "signal-silent": [
    "Grid signal is silent",
    "The source of grid limits has not been heard for too long.",
    "Check its network and power.",
  ],
  "signal-not-understood": [
    "Grid signal not understood",
    "The signal says what cannot be carried out.",
    "Compare it with the settings of the signal in site.yaml.",
  ],
  "contact-unread": [
    "Contact cannot be read",
    "The input that tells of grid limits cannot be read.",
    "Check the wiring and the device of the contact.",
  ],
  "csms-credentials": [
    "Cloud refuses the password",
    "The cloud does not accept this site's identity and password. Charging goes on.",
    "Ask for the password of this site and enter it in the settings.",
  ],
  "csms-certificate": [
    "Certificate of the cloud is wrong",
    "The cloud cannot be trusted, so nothing is sent. Charging goes on.",
    "Check the address, the clock, and the root certificate in the settings.",
  ],
  "own-certificate": [
    "No certificate for the cloud",
    "The cloud signs no certificate for this site, or sent a wrong one.",
    "Ask whoever runs the cloud.",
  ],
  "csms-braked": [
    "Cloud gives too many orders",
    "More stopping orders came than are allowed at once; some were refused.",
    "Ask whoever runs the cloud whether that was meant.",
  ],
  "local-list-conflict": [
    "Cloud contradicts its own list",
    "The cloud answered otherwise about a card than its own list says.",
    "Ask whoever runs the cloud to send the list anew.",
  ],
  "dead-letter": [
    "Cloud refuses a record",
    "The cloud did not take a record of a session. It waits here.",
    "Open the page Records, read the reason, then try again or give it up.",
  ],
  "outbox-sessions-full": [
    "Too many records wait",
    "No more sessions fit in the queue for the cloud: new ones are refused.",
    "Bring the connection to the cloud back.",
  ],
  "outbox-readings-full": [
    "Too many readings wait",
    "Readings in between were left out to make room. First and last ones are kept.",
    "Bring the connection to the cloud back.",
  ],
  "listener-certificate": [
    "Certificate for chargers",
    "The certificate that chargers see has ended, ends soon, or cannot be read.",
    "Put a new one in its place; it is read anew by itself.",
  ],
  "certificate-ends": [
    "A certificate ends",
    "After its end the connection that uses it is refused.",
    "Renew it before that day.",
  ],
  "clock-untrusted": [
    "Time is not known",
    "The gateway does not know the right time. Sessions are marked and corrected later.",
    "Check the network and the time server, or set the clock of the machine.",
  ],
  "clock-corrected": [
    "Clock was corrected",
    "The gateway's clock was wrong. Times of sessions were put right.",
    "If it happens often, have the clock battery of the machine changed.",
  ],
  "disk-space": [
    "Disk is getting full",
    "Little room is left. When it is full no new session can begin.",
    "Delete what does not belong to the gateway, or use a larger disk.",
  ],
  "ledger-damaged": [
    "Ledger was damaged",
    "The ledger could not be read and was replaced from a backup or begun anew.",
    "Keep the damaged file, check the disk, and compare the sessions of the last day.",
  ],
  "record-damaged": [
    "Records on disk are damaged",
    "Single records could not be read and were set aside.",
    "Check the disk, and replace it if it happens again.",
  ],
  "history-not-written": [
    "Meter history cannot be kept",
    "The history of meters cannot be written. Sessions are not touched.",
    "Check the room and the rights on the disk.",
  ],
  "history-damaged": [
    "Meter history was damaged",
    "It could not be read; a new one was begun.",
    "Keep the old file, and check the disk.",
  ],
  "telemetry-not-written": [
    "Measurements cannot be kept",
    "Telemetry cannot be written. Sessions are not touched.",
    "Check the room and the rights on the disk.",
  ],
  "telemetry-damaged": [
    "Old measurements were damaged",
    "They could not be read; new ones are kept. No session was in them.",
    "Check the disk if it happens again.",
  ],
  "backup-failed": [
    "Backup failed",
    "The nightly backup could not be made.",
    "Check the room and the folder of backups.",
  ],
  "report-not-sent": [
    "Report not sent",
    "A report could not be sent. It is tried again by itself.",
    "Check the mail server or the folder in the settings.",
  ],
  "alert-not-sent": [
    "Alert not sent",
    "People could not be told of faults. It is tried again for a day.",
    "Check the address of the rule and the network, and send a test alert from the page of faults.",
  ],
  other: [
    "Something needs attention",
    "There is no explanation for this one.",
    "Read below what was reported.",
  ],
} as const satisfies Partial<FaultTexts>;
