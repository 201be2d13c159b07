"""Alerts as files and requests bring them: CAP 1.2 in XML, signed or not."""
