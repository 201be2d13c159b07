"""Floor 4: plays dialogues on a deployment, with nothing sent and nothing kept."""
