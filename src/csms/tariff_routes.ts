import type { Route } from "./route.ts";

/** SetDefaultTariff: at one EVSE, or with EVSE 0 at each (I07). */
export const setDefaultTariff: Route<"SetDefaultTariff"> = {
  handling: ["answer"],
  run: async ({ message }, { tariffs }) => ({ message: await tariffs.setDefault(message) }),
};

/** GetTariffs: default tariffs and those of drivers (I09). */
export const getTariffs: Route<"GetTariffs"> = {
  handling: ["answer"],
  run: ({ message }, { tariffs }) => Promise.resolve({ message: tariffs.get(message) }),
};

/** ClearTariffs: default ones; transactions under them go on as they are (I10). */
export const clearTariffs: Route<"ClearTariffs"> = {
  handling: ["answer"],
  run: async ({ message }, { tariffs }) => ({ message: await tariffs.clear(message) }),
};

/** ChangeTransactionTariff: from now on, nothing is reckoned anew (I11). */
export const changeTransactionTariff: Route<"ChangeTransactionTariff"> = {
  handling: ["answer"],
  async run({ message }, { tariffs, numbering }) {
    const { id } = numbering.transactionOf(message.transactionId) ?? { id: message.transactionId };
    return { message: await tariffs.change({ ...message, transactionId: id }) };
  },
};
