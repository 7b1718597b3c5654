"""The app: renders the journey, sends intents."""
