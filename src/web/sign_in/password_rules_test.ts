import { assertEquals } from "@std/assert";
import { judgePassword } from "./password_rules.ts";

Deno.test("judgePassword() accepts long passwords of any characters", () => {
  const fine = [
    "three blue kites",
    "तीन निळे पतंग उडतात",
    "correct-horse-battery",
    "k7mp2-xwq9r-hh3vd-b8tzn",
    "x1 ".repeat(42) + "yz",
    "only small letters here",
  ];
  for (const password of fine) assertEquals(judgePassword(password, "asha"), null, password);
});

Deno.test("judgePassword() refuses what is too short or endless, counted in characters", () => {
  assertEquals(judgePassword("kites fly 1", "asha"), "too-short");
  assertEquals(judgePassword("🪁🪂🛫🛬🚁🚀🛰🛸🎈🎏🎐", "asha"), "too-short");
  assertEquals(judgePassword("three blue kites ".repeat(8), "asha"), "too-long");
});

Deno.test("judgePassword() refuses what everybody would guess first", () => {
  const easy = [
    "password1234",
    "Password2026!",
    "adminadminadmin",
    "qwertyuiop123",
    "1234567890123",
    "sangam-gateway",
    "Sangam@12345",
    "letmein123456",
    "aaaaaaaaaaaaaaaa",
    "abababababababab",
    "asha-asha-asha-1",
    "P@ssw0rd!2025",
  ];
  for (const password of easy) assertEquals(judgePassword(password, "Asha"), "too-easy", password);
});

Deno.test("judgePassword() refuses what everybody on the site knows: its name and its chargers", () => {
  const words = ["Hinjewadi Phase 2", "CP-NORTH-01"];
  for (const easy of ["Hinjewadi-2026", "hinjewadi phase 2", "cp-north-01!!", "Asha@Hinjewadi"]) {
    assertEquals(judgePassword(easy, "asha", words), "too-easy", easy);
    if (easy.startsWith("H")) assertEquals(judgePassword(easy, "asha"), null, easy);
  }
  assertEquals(judgePassword("hinjewadi has blue kites", "asha", words), null);
});
