-- When the shop's counter is open: the file as it was written. NULL: nobody has told.

ALTER TABLE sites ADD COLUMN counter_hours TEXT;
