/** A socket at which somebody may be allowed to begin. */
export interface PermitHolder {
  permit: { readonly cancelTimeout: () => void } | null;
}

/** Whoever was accepted has to present the card again. */
export function dropPermit(holder: PermitHolder): void {
  holder.permit?.cancelTimeout();
  holder.permit = null;
}

/** A socket that may be taken out of use. */
export interface OperableSocket extends PermitHolder {
  isOperative: boolean;
  /** What ChangeAvailability ordered for the time after the transaction. */
  orderedOperative: boolean | null;
  readonly transaction: unknown;
}

/** ChangeAvailability: at once, or when the transaction is over. */
export function orderOperative(socket: OperableSocket, isOperative: boolean): void {
  if (socket.transaction !== null) {
    socket.orderedOperative = isOperative;
    return;
  }
  socket.isOperative = isOperative;
  if (!isOperative) dropPermit(socket);
}
