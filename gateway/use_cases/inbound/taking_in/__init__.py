"""What providers tell us of subscribers: taken once, kept whatever is away, bounded in number."""
