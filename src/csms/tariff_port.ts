import type {
  ChangeTransactionTariffAnswer,
  ClearTariffsAnswer,
  ClearTariffsOrder,
  CostDetails,
  GetTariffsAnswer,
  IdToken,
  SetDefaultTariffAnswer,
  TariffMessage,
} from "../ocpp/mod.ts";
import type { TariffReading, Transaction } from "../transactions/mod.ts";

/**
 * What the CSMS orders of tariffs (2.1 I07–I11). An answer is there when its effect is on disk. EVSE
 * ids are slots, 0 the whole site; transaction ids are ours.
 */
export interface TariffPort {
  /** What the site takes of tariffs: their currency (empty while none is known), and how many prices. */
  facts(): { readonly currency: string; readonly elementsMax: number };
  setDefault(order: {
    readonly evseId: number;
    readonly tariff: TariffMessage;
  }): Promise<SetDefaultTariffAnswer>;
  get(order: { readonly evseId: number }): GetTariffsAnswer;
  clear(order: ClearTariffsOrder): Promise<ClearTariffsAnswer>;
  /** Notes the tariff that came with a driver's authorization; says why where it cannot be used. */
  setDriver(idToken: IdToken, tariff: TariffMessage): Promise<TariffReading>;
  /**
   * What a session costs, for a CSMS whose own tariffs it is under; null where the tariff is the site's,
   * or nothing was reckoned (I12).
   */
  costDetails(transaction: Transaction): CostDetails | null;
  change(order: {
    readonly transactionId: string;
    readonly tariff: TariffMessage;
  }): Promise<ChangeTransactionTariffAnswer>;
}
