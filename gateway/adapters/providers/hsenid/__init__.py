"""hSenid TAP: the platform of Ideamart, mSpace, bdapps and Applink."""
