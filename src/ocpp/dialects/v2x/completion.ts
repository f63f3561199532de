import type { Enveloped, InsideAction, InsideCall, InsideResponse } from "../../inside.ts";

/**
 * An answer with what the question already said. 1.6 does not repeat which variable, which certificate
 * or which EVSE was meant, and 2.x wants to read it.
 */
export function completed<A extends InsideAction>(
  call: InsideCall<A>,
  answer: Enveloped<InsideResponse<A>>,
): Enveloped<InsideResponse<A>> {
  const message = completeMessage(call, answer.message);
  // Each case gives back the message of its own action.
  return message === answer.message ? answer : { ...answer, message } as typeof answer;
}

function completeMessage(call: InsideCall, message: unknown): unknown {
  switch (call.action) {
    case "SetVariables": {
      const answer = message as InsideResponse<"SetVariables">;
      return {
        ...answer,
        setVariableResult: answer.setVariableResult.map((result, index) => {
          const asked = call.message.setVariableData[index];
          if (asked === undefined) return result;
          const { component, variable } = asked;
          return { component, variable, ...result };
        }),
      };
    }
    case "GetCompositeSchedule": {
      const answer = message as InsideResponse<"GetCompositeSchedule">;
      const { evseId, duration } = call.message;
      return answer.schedule === undefined
        ? answer
        : { ...answer, schedule: { evseId, duration, ...answer.schedule } };
    }
    case "GetInstalledCertificateIds": {
      const answer = message as InsideResponse<"GetInstalledCertificateIds">;
      const [certificateType, ...others] = call.message.certificateType ?? [];
      const chains = answer.certificateHashDataChain;
      const isKnown = certificateType !== undefined && others.length === 0;
      return chains === undefined || !isKnown ? answer : {
        ...answer,
        certificateHashDataChain: chains.map((chain) => ({ certificateType, ...chain })),
      };
    }
    default:
      return message;
  }
}
