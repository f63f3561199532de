import type { ChargerMeterOptions } from "./charger_meter.ts";
import type { HttpMeterOptions } from "./http_options.ts";
import type { ModbusRtuMeterOptions, ModbusTcpMeterOptions } from "./modbus_options.ts";
import type { MqttMeterOptions } from "./mqtt_options.ts";
import type { SpeedwireMeterOptions } from "./speedwire_options.ts";
import type { VirtualMeterOptions } from "./virtual_meter.ts";

/** A meter of the site, by the driver that reaches it. */
export type MeterOptions =
  | ModbusTcpMeterOptions
  | ModbusRtuMeterOptions
  | MqttMeterOptions
  | HttpMeterOptions
  | SpeedwireMeterOptions
  | ChargerMeterOptions
  | VirtualMeterOptions;
