import { compact } from "../../../lib/json.ts";
import type { InsideRequest } from "../../inside.ts";
import { asUri, type Requests16 } from "../../messages/mod.ts";
import type { Translation } from "../codec.ts";
import { clipped, words } from "../translations.ts";
import { empty, exchange, same, statusOnly } from "./_exchange.ts";

const LOCATION_MAX = 512;
const FILE_NAME_MAX = 255;
const CERTIFICATE_MAX = 5_500;
const SIGNATURE_MAX = 800;

/** 2.1 counts retries from 0; a negative number of them says nothing. */
const retryCount: Translation<number | undefined, number | undefined> = {
  read: (count) => count !== undefined && count >= 0 ? count : undefined,
  write: (count) => count,
};

// Logs

type LogStatus = InsideRequest<"LogStatusNotification">["status"];
type DiagnosticsStatus16 = Requests16["DiagnosticsStatusNotification"]["status"];
type LogStatus16 = Requests16["LogStatusNotification"]["status"];
type LogType = InsideRequest<"GetLog">["logType"];

const diagnosticsStatus = words<DiagnosticsStatus16, LogStatus>({
  Idle: "Idle",
  Uploaded: "Uploaded",
  UploadFailed: "UploadFailure",
  Uploading: "Uploading",
}, {
  AcceptedCanceled: "UploadFailed",
  BadMessage: "UploadFailed",
  Idle: "Idle",
  NotSupportedOperation: "UploadFailed",
  PermissionDenied: "UploadFailed",
  Uploaded: "Uploaded",
  UploadFailure: "UploadFailed",
  Uploading: "Uploading",
});

export const diagnosticsStatusNotification = exchange<
  "DiagnosticsStatusNotification",
  "LogStatusNotification"
>("LogStatusNotification", statusOnly(diagnosticsStatus), empty);

const logStatus = words<LogStatus16, LogStatus>({
  BadMessage: "BadMessage",
  Idle: "Idle",
  NotSupportedOperation: "NotSupportedOperation",
  PermissionDenied: "PermissionDenied",
  Uploaded: "Uploaded",
  UploadFailure: "UploadFailure",
  Uploading: "Uploading",
}, {
  AcceptedCanceled: "UploadFailure",
  BadMessage: "BadMessage",
  Idle: "Idle",
  NotSupportedOperation: "NotSupportedOperation",
  PermissionDenied: "PermissionDenied",
  Uploaded: "Uploaded",
  UploadFailure: "UploadFailure",
  Uploading: "Uploading",
});

export const logStatusNotification = exchange<"LogStatusNotification", "LogStatusNotification">(
  "LogStatusNotification",
  {
    read: ({ status, requestId }) => compact({ status: logStatus.read(status), requestId }),
    write: ({ status, requestId }) => compact({ status: logStatus.write(status), requestId }),
  },
  empty,
);

export const getDiagnostics = exchange<"GetDiagnostics", "GetLog">("GetLog", {
  read: ({ location, startTime, stopTime, retryInterval, ...wire }, notes) =>
    compact({
      logType: "DiagnosticsLog" as const,
      log: compact({
        remoteLocation: location,
        oldestTimestamp: startTime,
        latestTimestamp: stopTime,
      }),
      retries: notes.read("retries", retryCount, wire.retries),
      retryInterval,
    }),
  write: ({ log, retryInterval, ...inside }, notes) =>
    compact({
      location: asUri(log.remoteLocation),
      startTime: log.oldestTimestamp,
      stopTime: log.latestTimestamp,
      retries: notes.write("retries", retryCount, inside.retries),
      retryInterval,
    }),
}, {
  // Without a file name there is nothing to upload (1.6 §6.28).
  read: ({ fileName }) =>
    fileName === undefined ? { status: "Rejected" } : { status: "Accepted", filename: fileName },
  write: ({ status, filename }) =>
    compact({ fileName: status === "Rejected" ? undefined : clipped(filename, FILE_NAME_MAX) }),
});

const logType = words<Requests16["GetLog"]["logType"], LogType>({
  DiagnosticsLog: "DiagnosticsLog",
  SecurityLog: "SecurityLog",
}, {
  DataCollectorLog: "DiagnosticsLog",
  DiagnosticsLog: "DiagnosticsLog",
  SecurityLog: "SecurityLog",
});

/** 1.6 demands a number; the room that sends one without has nothing to tell apart. */
const NO_REQUEST_ID = 0;

export const getLog = exchange<"GetLog", "GetLog">("GetLog", {
  read: ({ log, requestId, retryInterval, ...wire }, notes) =>
    compact({
      log: compact({
        remoteLocation: log.remoteLocation,
        oldestTimestamp: log.oldestTimestamp,
        latestTimestamp: log.latestTimestamp,
      }),
      logType: logType.read(wire.logType),
      requestId,
      retries: notes.read("retries", retryCount, wire.retries),
      retryInterval,
    }),
  write: ({ log, requestId, retryInterval, ...inside }, notes) =>
    compact({
      log: compact({
        remoteLocation: clipped(log.remoteLocation, LOCATION_MAX),
        oldestTimestamp: log.oldestTimestamp,
        latestTimestamp: log.latestTimestamp,
      }),
      logType: logType.write(inside.logType),
      requestId: requestId ?? NO_REQUEST_ID,
      retries: notes.write("retries", retryCount, inside.retries),
      retryInterval,
    }),
}, {
  read: ({ status, filename }) => compact({ status, filename }),
  write: ({ status, filename }) => compact({ status, filename: clipped(filename, FILE_NAME_MAX) }),
});

// Firmware

type FirmwareStatus = InsideRequest<"FirmwareStatusNotification">["status"];
type FirmwareStatus16 = Requests16["FirmwareStatusNotification"]["status"];

const firmwareStatus = words<FirmwareStatus16, FirmwareStatus>({
  Downloaded: "Downloaded",
  DownloadFailed: "DownloadFailed",
  Downloading: "Downloading",
  Idle: "Idle",
  InstallationFailed: "InstallationFailed",
  Installed: "Installed",
  Installing: "Installing",
}, {
  Downloaded: "Downloaded",
  DownloadFailed: "DownloadFailed",
  Downloading: "Downloading",
  DownloadPaused: "Downloading",
  DownloadScheduled: "Downloading",
  Idle: "Idle",
  InstallationFailed: "InstallationFailed",
  Installed: "Installed",
  Installing: "Installing",
  InstallRebooting: "Installing",
  InstallScheduled: "Downloaded",
  InstallVerificationFailed: "InstallationFailed",
  InvalidSignature: "InstallationFailed",
  SignatureVerified: "Downloaded",
});

export const firmwareStatusNotification = exchange<
  "FirmwareStatusNotification",
  "FirmwareStatusNotification"
>("FirmwareStatusNotification", statusOnly(firmwareStatus), empty);

export const signedFirmwareStatusNotification = exchange<
  "SignedFirmwareStatusNotification",
  "FirmwareStatusNotification"
>("FirmwareStatusNotification", {
  read: ({ status, requestId }) => compact({ status, requestId }),
  write: ({ status, requestId }) => compact({ status, requestId }),
}, empty);

export const updateFirmware = exchange<"UpdateFirmware", "UpdateFirmware">("UpdateFirmware", {
  read: ({ location, retrieveDate, retryInterval, ...wire }, notes) =>
    compact({
      firmware: { location, retrieveDateTime: retrieveDate },
      retries: notes.read("retries", retryCount, wire.retries),
      retryInterval,
    }),
  write: ({ firmware, retryInterval, ...inside }, notes) =>
    compact({
      location: asUri(firmware.location),
      retrieveDate: firmware.retrieveDateTime,
      retries: notes.write("retries", retryCount, inside.retries),
      retryInterval,
    }),
}, {
  // 1.6 answers that it got the message, nothing else.
  read: () => ({ status: "Accepted" }),
  write: () => ({}),
});

export const signedUpdateFirmware = exchange<"SignedUpdateFirmware", "UpdateFirmware">(
  "UpdateFirmware",
  {
    read: ({ firmware, requestId, retryInterval, ...wire }, notes) =>
      compact({
        requestId,
        firmware: compact({
          location: firmware.location,
          retrieveDateTime: firmware.retrieveDateTime,
          installDateTime: firmware.installDateTime,
          signingCertificate: firmware.signingCertificate,
          signature: firmware.signature,
        }),
        retries: notes.read("retries", retryCount, wire.retries),
        retryInterval,
      }),
    write: ({ firmware, requestId, retryInterval, ...inside }, notes) =>
      compact({
        requestId: requestId ?? NO_REQUEST_ID,
        firmware: compact({
          location: clipped(firmware.location, LOCATION_MAX),
          retrieveDateTime: firmware.retrieveDateTime,
          installDateTime: firmware.installDateTime,
          signingCertificate: clipped(firmware.signingCertificate ?? "", CERTIFICATE_MAX),
          signature: clipped(firmware.signature ?? "", SIGNATURE_MAX),
        }),
        retries: notes.write("retries", retryCount, inside.retries),
        retryInterval,
      }),
  },
  statusOnly(same()),
);
