"""What every group of commands uses: options, formats, the open gateway."""
