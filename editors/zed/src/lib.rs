//! Starts `triptych lsp` in Zed, which has no setting for other language servers.

use zed_extension_api::{self as zed, settings::LspSettings, LanguageServerId, Result};

struct Triptych;

impl zed::Extension for Triptych {
    fn new() -> Self {
        Triptych
    }

    /// Return the command in the setting `lsp.triptych.binary.path`, or else `triptych` on the PATH.
    fn language_server_command(
        &mut self,
        _id: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        let command = LspSettings::for_worktree("triptych", worktree)
            .ok()
            .and_then(|settings| settings.binary)
            .and_then(|binary| binary.path)
            .or_else(|| worktree.which("triptych"))
            .ok_or("triptych is not on the PATH; install it with `pip install \"triptych[lsp]\"`")?;
        Ok(zed::Command {
            command,
            args: vec!["lsp".to_string()],
            env: worktree.shell_env(),
        })
    }
}

zed::register_extension!(Triptych);
