-- Neovim 0.11 or later: save as ~/.config/nvim/lsp/triptych.lua, and call vim.lsp.enable("triptych") in init.lua.
return {
  cmd = { "triptych", "lsp" },
  filetypes = { "markdown", "yaml", "bib" },
  root_markers = { "source/book.yaml" },
  workspace_required = true,
}
