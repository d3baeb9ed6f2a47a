from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue", "0010_dialogue_policy_relay_only"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dialogueevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("entered", "на связи"),
                    ("left", "не на связи"),
                    ("noted", "сообщение до приёма"),
                    ("received", "сверяют имя"),
                    ("admitted", "диалог начат"),
                    ("said", "сообщение"),
                    ("invited", "приглашён участник"),
                    ("uninvited", "приглашение закончилось"),
                    ("led", "диалог ведёт другой специалист"),
                    ("held", "пауза"),
                    ("resumed", "пауза закончена"),
                    ("removed", "участник удалён"),
                    ("shown", "показан документ"),
                    ("hidden", "документ убран"),
                    ("looked", "страница повёрнута или увеличена"),
                    ("ended", "диалог завершён"),
                    ("missed", "диалог не состоялся"),
                    ("failed", "диалог прерван"),
                    ("recording", "запись разговора"),
                ],
                max_length=10,
                verbose_name="вид",
            ),
        ),
    ]
