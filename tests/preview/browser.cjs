// Control a browser with commands, one JSON object per line: {viewport}, {goto}, {click} (a selector), {mouse} (a
// click at a point), {key}, {evaluate}, {screenshot}, {frames}, {complaints} (warnings and errors in the console).
"use strict";

const readline = require("node:readline");
const puppeteer = require("puppeteer-core");

(async () => {
  const [executablePath, userDataDir] = process.argv.slice(2);
  const browser = await puppeteer.launch({
    executablePath, userDataDir, headless: true, args: ["--no-sandbox", "--disable-gpu"],
  });
  const page = await browser.newPage();
  const complaints = [];
  const complain = (text) => complaints.push(String(text));
  page.on("console", (said) => ["error", "warn"].includes(said.type()) && complain(said.text()));
  page.on("pageerror", complain);
  await page.setViewport({ width: 1280, height: 800 });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    let answer = null;
    if (order.viewport) await page.setViewport(order.viewport);
    if (order.goto) await page.goto(order.goto, { waitUntil: "domcontentloaded" });
    // Use a locator, which finds the element again if the page replaces it at this moment.
    if (order.click) await page.locator(order.click).click();
    if (order.evaluate) answer = await page.evaluate(order.evaluate);
    if (order.mouse) await page.mouse.click(...order.mouse);
    if (order.key) await page.keyboard.press(order.key);
    if (order.screenshot) await page.screenshot({ path: order.screenshot });
    if (order.frames) answer = page.frames().map((frame) => frame.url());
    if (order.complaints) answer = complaints;
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await browser.close();
})();
