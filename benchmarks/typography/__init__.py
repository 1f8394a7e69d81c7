"""How pages look, as numbers: any PDF is measured, so that the same text set by others stands beside ours."""
