import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often something happened on a day; counted in the transaction in which it did. */
@Entity('daily_figures')
export class DailyFigure {
  /** In UTC: "2026-11-24" */
  @PrimaryColumn({ length: 10 })
  day!: string;

  /** As the record calls it: "user.register", "signed in" */
  @PrimaryColumn({ length: 64 })
  kind!: string;

  @Column()
  count!: number;
}
