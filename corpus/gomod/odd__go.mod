module ÿ
(
)
require
require ""
