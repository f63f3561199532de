/** Where everything of the site is. */
export interface FuzzPorts {
  readonly chargers: number;
  readonly web: number;
  readonly csms: number;
  readonly modbusTcp: number;
  readonly modbusRtu: number;
  readonly http: number;
  readonly mqtt: number;
}

/** The charger that behaves. */
export const GOOD = { id: "GOOD", password: "password-of-good" } as const;

/** Those that do not, by the version that they speak. */
export const ODD_CHARGERS = { "ocpp1.6": "F16", "ocpp2.0.1": "F20", "ocpp2.1": "F21" } as const;

export const ODD_PASSWORD = "password-of-the-odd";

/** The ids of meters whose answers are fuzzed. */
export const METERS = {
  modbusTcp: "tcp",
  modbusRtu: "rtu",
  http: "web",
  mqtt: "mqtt",
  speedwire: "sma",
} as const;

/** A site with something at every edge. */
export function fuzzSiteYaml(ports: FuzzPorts): string {
  const http = `http://127.0.0.1:${ports.http}`;
  const broker = `mqtt://127.0.0.1:${ports.mqtt}`;
  const odd = Object.values(ODD_CHARGERS).map((id, index) =>
    `    - { id: ${id}, password: ${ODD_PASSWORD}, circuit: grid, ` +
    `evses: [{ slot: ${2 * index + 2}, failSafe: 6 }, { slot: ${
      2 * index + 3
    }, evse: 2, failSafe: 6 }] }`
  );
  return `
site: { name: Fuzz site, timezone: Asia/Kolkata }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web} }
csms:
  url: ws://127.0.0.1:${ports.csms}/ocpp
  identity: SITE-1
  password: password-of-the-site
  resetMeans: site
  answerTimeout: 2s
  retryInterval: 2s
  backOff: { minimum: 200ms, random: 100ms, repeat: 1 }
chargers:
  adopt: ask
  known:
    - { id: ${GOOD.id}, password: ${GOOD.password}, circuit: grid, evses: [{ slot: 1, failSafe: 6 }] }
${odd.join("\n")}
circuits:
  - { id: grid, limit: 160, meter: ${METERS.modbusTcp}, sources: { genset: { limit: 80 } } }
meters:
  - id: ${METERS.modbusTcp}
    role: grid
    driver: modbus-tcp
    host: 127.0.0.1
    port: ${ports.modbusTcp}
    profile: eastron-sdm630
    interval: 200ms
    timeout: 200ms
  - id: ${METERS.modbusRtu}
    driver: modbus-rtu-over-tcp
    host: 127.0.0.1
    port: ${ports.modbusRtu}
    profile: eastron-sdm630
    interval: 200ms
    timeout: 200ms
  - id: ${METERS.http}
    driver: http-json
    url: ${http}/meter
    username: admin
    password: password-of-the-meter
    interval: 200ms
    timeout: 500ms
    values:
      current_l1: "channels[0].amps"
      active_power_total: { path: "channels[0].power", unit: W, time: at }
  - { id: ${METERS.mqtt}, driver: mqtt, url: "${broker}", topic: house/power }
  - { id: ${METERS.speedwire}, driver: speedwire, serial: 3010987654 }
contacts:
  - id: changeover
    driver: mqtt
    url: ${broker}
    topic: genset/running
    active: "ON"
    idle: "OFF"
    circuit: grid
    source: genset
signals:
  - { id: dso, driver: http-json, url: "${http}/dso", path: limit.kW, interval: 5s, circuit: grid }
  - id: flex
    driver: openadr
    url: ${http}/openadr3/3.1.0
    tokenUrl: ${http}/openadr3/3.1.0/auth/token
    clientId: ven-1
    clientSecret: secret-of-the-ven
    program: flex
    interval: 5s
    circuit: grid
  - { id: box, driver: api, circuit: grid }
authorization: { offline: { unknownTokens: accept } }
log: { level: info, format: json }
`;
}
