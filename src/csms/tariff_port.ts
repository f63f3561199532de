import type {
  ChangeTransactionTariffAnswer,
  ClearTariffsAnswer,
  ClearTariffsOrder,
  GetTariffsAnswer,
  IdToken,
  SetDefaultTariffAnswer,
  TariffMessage,
} from "../ocpp/mod.ts";
import type { TariffReading } from "../transactions/mod.ts";

/**
 * What the CSMS orders of tariffs (2.1 I07–I11). An answer is there when its effect is on disk. EVSE
 * ids are slots, 0 the whole site; transaction ids are ours.
 */
export interface TariffPort {
  setDefault(order: {
    readonly evseId: number;
    readonly tariff: TariffMessage;
  }): Promise<SetDefaultTariffAnswer>;
  get(order: { readonly evseId: number }): GetTariffsAnswer;
  clear(order: ClearTariffsOrder): Promise<ClearTariffsAnswer>;
  /** Notes the tariff that came with a driver's authorization; says why where it cannot be used. */
  setDriver(idToken: IdToken, tariff: TariffMessage): Promise<TariffReading>;
  change(order: {
    readonly transactionId: string;
    readonly tariff: TariffMessage;
  }): Promise<ChangeTransactionTariffAnswer>;
}
