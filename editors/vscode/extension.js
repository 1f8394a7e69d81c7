// @ts-check
// Starts `triptych lsp` for the projects of a workspace, and shows the preview of a project.

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const path = require("node:path");
const { createInterface } = require("node:readline");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const MANIFEST = path.join("source", "book.yaml");

/** @type {LanguageClient | undefined} */
let client;

/** The running previews, by the folder of their project. @type {Map<string, Preview>} */
const previews = new Map();

/** @typedef {{process: import("node:child_process").ChildProcess, url: Promise<string>}} Preview */

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("triptych.showPreview", showPreview),
    vscode.commands.registerCommand("triptych.restart", restartClient),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("triptych.command")) await restartClient();
    }),
  );
  await vscode.commands.executeCommand("setContext", "triptych.isProject", true);
  await startClient();
}

async function deactivate() {
  for (const { process } of previews.values()) process.kill();
  await client?.stop();
}

async function startClient() {
  const server = { command: findCommand(), args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("triptych", "Triptych", server, {
    documentSelector: [
      { scheme: "file", language: "markdown" },
      { scheme: "file", language: "yaml", pattern: "**/source/**" },
      { scheme: "file", pattern: "**/source/**/*.{bib,bibtex,csv}" },
    ],
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const chosen = await vscode.window.showErrorMessage(
      `Triptych: the language server did not start. Check the setting "triptych.command", and install the server: ` +
        `pip install "triptych[lsp]". ${error instanceof Error ? error.message : error}`,
      "Open settings",
    );
    if (chosen) await vscode.commands.executeCommand("workbench.action.openSettings", "triptych.command");
  }
}

async function restartClient() {
  await client?.stop();
  await startClient();
}

/** Return the command that runs Triptych. A path is relative to the workspace folder. */
function findCommand() {
  const written = vscode.workspace.getConfiguration("triptych").get("command", "triptych");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const isRelativePath = /[\\/]/.test(written) && !path.isAbsolute(written);
  return isRelativePath && folder ? path.join(folder, written) : written;
}

/** Show the preview of the project that contains the open document, or of the only project. */
async function showPreview() {
  const root = findProject(vscode.window.activeTextEditor?.document.uri.fsPath);
  if (root === undefined) {
    await vscode.window.showErrorMessage("Triptych: no project here. A project is a folder that contains source/book.yaml.");
    return;
  }
  const running = previews.get(root) ?? startPreview(root);
  try {
    const url = vscode.Uri.parse(await running.url);
    const shown = await vscode.env.asExternalUri(url);
    await vscode.commands.executeCommand("simpleBrowser.api.open", shown, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
  } catch (error) {
    previews.delete(root);
    await vscode.window.showErrorMessage(`Triptych: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Return the closest folder above a file that contains a manifest, or else that of a workspace folder.
 * @param {string | undefined} file
 */
function findProject(file) {
  for (let folder = file; folder && folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, MANIFEST))) return folder;
  }
  const folders = (vscode.workspace.workspaceFolders ?? []).map((one) => one.uri.fsPath);
  return folders.find((folder) => existsSync(path.join(folder, MANIFEST)));
}

/**
 * Start `triptych preview`, which prints a JSON event with its address when it is ready.
 * @param {string} root
 * @returns {Preview}
 */
function startPreview(root) {
  const options = vscode.workspace.getConfiguration("triptych").get("previewOptions", /** @type {string[]} */ ([]));
  const args = ["preview", root, "--no-open", "--format", "json", ...options];
  const process = spawn(findCommand(), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  process.stderr.on("data", (data) => (complaint = `${complaint}${data}`.slice(-500)));
  const url = new Promise((resolve, reject) => {
    createInterface({ input: process.stdout }).on("line", (line) => {
      try {
        const event = JSON.parse(line);
        if (event.event === "serving") resolve(String(event.url));
      } catch {
        // a line that is no event
      }
    });
    process.on("error", (error) => reject(new Error(`the preview did not start: ${error.message}`)));
    process.on("exit", () => {
      previews.delete(root);
      reject(new Error(`the preview has ended: ${complaint.trim() || "no message"}`));
    });
  });
  const preview = { process, url: /** @type {Promise<string>} */ (url) };
  previews.set(root, preview);
  return preview;
}

module.exports = { activate, deactivate };
