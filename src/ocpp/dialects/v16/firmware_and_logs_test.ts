import { assertEquals } from "@std/assert";
import type { InsideRequest } from "../../inside.ts";
import { codecs16 } from "./mod.ts";

const NOW = "2026-01-05T06:00:00Z";

type FirmwareStatus = InsideRequest<"FirmwareStatusNotification">["status"];
type LogStatus = InsideRequest<"LogStatusNotification">["status"];

const FIRMWARE: Readonly<Record<FirmwareStatus, string>> = {
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
};

for (const [word, base] of Object.entries(FIRMWARE)) {
  Deno.test(`firmware that is ${word} is ${base} without the security extension`, () => {
    const message = { status: word as FirmwareStatus };
    const plain = codecs16.FirmwareStatusNotification.FirmwareStatusNotification;
    const signed = codecs16.SignedFirmwareStatusNotification.FirmwareStatusNotification;
    assertEquals(plain.request.write({ message }), { status: base });
    assertEquals(signed.request.write({ message: { ...message, requestId: 4 } }), {
      status: word,
      requestId: 4,
    });
  });
}

const LOGS: Readonly<Record<LogStatus, readonly [base: string, extended: string]>> = {
  AcceptedCanceled: ["UploadFailed", "UploadFailure"],
  BadMessage: ["UploadFailed", "BadMessage"],
  Idle: ["Idle", "Idle"],
  NotSupportedOperation: ["UploadFailed", "NotSupportedOperation"],
  PermissionDenied: ["UploadFailed", "PermissionDenied"],
  Uploaded: ["Uploaded", "Uploaded"],
  UploadFailure: ["UploadFailed", "UploadFailure"],
  Uploading: ["Uploading", "Uploading"],
};

for (const [word, [base, extended]] of Object.entries(LOGS)) {
  Deno.test(`a log that is ${word} is ${base}, or ${extended} with the extension`, () => {
    const message = { status: word as LogStatus };
    const plain = codecs16.DiagnosticsStatusNotification.LogStatusNotification;
    const log = codecs16.LogStatusNotification.LogStatusNotification;
    assertEquals(plain.request.write({ message }), { status: base });
    assertEquals(log.request.write({ message }), { status: extended });
  });
}

Deno.test("an upload that failed is read as such and needs no note", () => {
  const plain = codecs16.DiagnosticsStatusNotification.LogStatusNotification;
  assertEquals(plain.request.read({ status: "UploadFailed" }), {
    message: { status: "UploadFailure" },
  });
});

Deno.test("asking for diagnostics is asking for that log, without a number", () => {
  const { request } = codecs16.GetDiagnostics.GetLog;
  const wire = {
    location: "ftp://h/logs",
    startTime: NOW,
    stopTime: NOW,
    retries: 3,
    retryInterval: 60,
  };
  assertEquals(request.read(wire), {
    message: {
      logType: "DiagnosticsLog",
      log: { remoteLocation: "ftp://h/logs", oldestTimestamp: NOW, latestTimestamp: NOW },
      retries: 3,
      retryInterval: 60,
    },
  });
});

Deno.test("a negative number of retries says nothing inside, and comes back", () => {
  const { request } = codecs16.GetDiagnostics.GetLog;
  const read = request.read({ location: "ftp://h", retries: -1 });
  assertEquals("retries" in read.message, false);
  assertEquals(request.write(read), { location: "ftp://h", retries: -1 });
});

Deno.test("a location that is no URI is made one", () => {
  const { request } = codecs16.GetDiagnostics.GetLog;
  const write = (remoteLocation: string) =>
    request.write({ message: { logType: "DiagnosticsLog", log: { remoteLocation } } }).location;
  assertEquals(write("ftp://h/a b"), "ftp://h/a%20b");
  assertEquals(write("nowhere"), "unknown:nowhere");
});

Deno.test("diagnostics without a file are refused inside, and no file in 1.6", () => {
  const { response } = codecs16.GetDiagnostics.GetLog;
  assertEquals(response.read({}), { message: { status: "Rejected" } });
  assertEquals(response.read({ fileName: "a.zip" }), {
    message: { status: "Accepted", filename: "a.zip" },
  });
  assertEquals(response.write({ message: { status: "AcceptedCanceled", filename: "b.zip" } }), {
    fileName: "b.zip",
  });
  assertEquals(response.write({ message: { status: "Rejected", filename: "b.zip" } }), {});
});

Deno.test("a log of the security extension keeps its number and its type", () => {
  const { request, response } = codecs16.GetLog.GetLog;
  const wire = { logType: "SecurityLog" as const, requestId: 4, log: { remoteLocation: "x" } };
  assertEquals(request.read(wire), { message: wire });
  const message = { logType: "DataCollectorLog" as const, log: { remoteLocation: "x" } };
  assertEquals(request.write({ message }), {
    logType: "DiagnosticsLog",
    requestId: 0,
    log: { remoteLocation: "x" },
  });
  assertEquals(response.write({ message: { status: "Accepted", filename: "f".repeat(300) } }), {
    status: "Accepted",
    filename: "f".repeat(255),
  });
});

Deno.test("firmware without signature goes by the base message, which only says it arrived", () => {
  const { request, response } = codecs16.UpdateFirmware.UpdateFirmware;
  const wire = { location: "https://h/fw.bin", retrieveDate: NOW, retries: 1, retryInterval: 5 };
  assertEquals(request.read(wire), {
    message: {
      firmware: { location: "https://h/fw.bin", retrieveDateTime: NOW },
      retries: 1,
      retryInterval: 5,
    },
  });
  assertEquals(response.read({}), { message: { status: "Accepted" } });
  assertEquals(response.write({ message: { status: "Rejected" } }), {});
});

Deno.test("signed firmware keeps its certificate, its signature and its dates", () => {
  const { request } = codecs16.SignedUpdateFirmware.UpdateFirmware;
  const firmware = {
    location: "https://h/fw.bin",
    retrieveDateTime: NOW,
    installDateTime: NOW,
    signingCertificate: "cert",
    signature: "sig",
  };
  assertEquals(request.read({ requestId: 4, firmware }), { message: { requestId: 4, firmware } });
  assertEquals(request.write({ message: { requestId: 4, firmware } }), { requestId: 4, firmware });
});
