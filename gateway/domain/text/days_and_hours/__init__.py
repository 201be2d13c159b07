"""Days and hours as people count them: the calendar of Ethiopia, and the clock from six."""
