import type { HttpMeterOptions } from "./http_options.ts";
import type { ModbusTcpMeterOptions } from "./modbus_options.ts";
import type { MqttMeterOptions } from "./mqtt_options.ts";

/** A meter of the site, by the driver that reaches it. */
export type MeterOptions = ModbusTcpMeterOptions | MqttMeterOptions | HttpMeterOptions;
