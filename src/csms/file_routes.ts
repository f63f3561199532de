import type { Route } from "./route.ts";

/**
 * Files and certificates that the CSMS means for "the station" mean the gateway (ruling 11): one
 * charger is reached through the tunnel. The gateway is updated by its host and holds no certificates
 * of the CSMS, and says so.
 */

/** GetDiagnostics, GetLog: no file to upload (1.6 §5.9: an answer without a file name). */
export const getLog: Route<"GetLog"> = {
  handling: ["refuse"],
  isForOne: true,
  run: () => Promise.resolve({ message: { status: "Rejected" } }),
};

/** UpdateFirmware: unsigned, 1.6 has no refusal (nor a request id), so it follows as a status. */
export const updateFirmware: Route<"UpdateFirmware"> = {
  handling: ["refuse"],
  isForOne: true,
  run({ message: { requestId } }, desk) {
    const message = { status: "DownloadFailed" } as const;
    if (requestId === undefined) {
      desk.follow("firmware", { action: "FirmwareStatusNotification", message });
    }
    return Promise.resolve({ message: { status: "Rejected" } });
  },
};

export const certificateSigned: Route<"CertificateSigned"> = {
  handling: ["refuse"],
  run: () => Promise.resolve({ message: { status: "Rejected" } }),
};

export const deleteCertificate: Route<"DeleteCertificate"> = {
  handling: ["refuse"],
  isForOne: true,
  run: () => Promise.resolve({ message: { status: "NotFound" } }),
};

export const getInstalledCertificateIds: Route<"GetInstalledCertificateIds"> = {
  handling: ["refuse"],
  isForOne: true,
  run: () => Promise.resolve({ message: { status: "NotFound" } }),
};

export const installCertificate: Route<"InstallCertificate"> = {
  handling: ["refuse"],
  isForOne: true,
  run: () => Promise.resolve({ message: { status: "Rejected" } }),
};
